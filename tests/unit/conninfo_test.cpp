// SPDX-License-Identifier: Apache-2.0
#include "postgres/conninfo.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace litellm_exporter;
using postgres::Conninfo;
using postgres::parse_conninfo;

namespace {

// libpq's keywords, or the refusal.
std::string read(const std::string& url) {
  try {
    const Conninfo conninfo = parse_conninfo(Secret{url});
    return conninfo.text.reveal();
  } catch (const postgres::ConninfoError& e) {
    const std::string reason = e.what();
    CHECK_MESSAGE(reason.find('\n') == std::string::npos, reason);
    CHECK_MESSAGE(reason.find("orchid") == std::string::npos, reason);
    return "refused: " + reason;
  }
}

struct Form {
  const char* url;
  const char* keywords;
};

void check(const std::vector<Form>& forms) {
  for (const Form& form : forms) {
    INFO(form.url);
    std::string text = read(form.url);
    if (!text.empty() && text.back() == ' ') {
      text.pop_back();
    }
    CHECK(text == form.keywords);
  }
}

// The reason begins so; none quotes the secret.
void check_refused(const std::vector<Form>& forms) {
  for (const Form& form : forms) {
    INFO(form.url);
    const std::string text = read(form.url);
    CHECK_MESSAGE(text.starts_with("refused: " + std::string{form.keywords}), text);
  }
}

}  // namespace

TEST_CASE("forms of URL: where and who") {
  check({
      {"postgresql://h/d", "dbname='d' host='h'"},
      {"postgres://h/d", "dbname='d' host='h'"},
      {"PostgreSQL://h/d", "dbname='d' host='h'"},
      {"POSTGRES://H/D", "dbname='D' host='H'"},
      {"postgresql://u:p@h:5/d", "dbname='d' host='h' password='p' port='5' user='u'"},
      {"postgresql://u@h/d", "dbname='d' host='h' user='u'"},
      {"postgresql://u:@h/d", "dbname='d' host='h' user='u'"},
      {"postgresql://u:p@h", "host='h' password='p' user='u'"},
      {"postgresql://u:p@h/", "host='h' password='p' user='u'"},
      {"postgresql://u:a%40%3A%2F%3F%23%25@h/d", "dbname='d' host='h' password='a@:/?#%' user='u'"},
      {"postgresql://u:a:b#c!$&+=,;~@h/d", "dbname='d' host='h' password='a:b#c!$&+=,;~' user='u'"},
      {"postgresql://u:it%27s%5C@h/d", R"(dbname='d' host='h' password='it\'s\\' user='u')"},
      {"postgresql://u%40corp:p@h/d", "dbname='d' host='h' password='p' user='u@corp'"},
      {"postgresql://u:p@h/d%20e", "dbname='d e' host='h' password='p' user='u'"},
      {"postgresql://u:p@[::1]:5/d", "dbname='d' host='::1' password='p' port='5' user='u'"},
      {"postgresql://u:p@a:1,b:2/d", "dbname='d' host='a,b' password='p' port='1,2' user='u'"},
      {"postgresql://a,b/d?target_session_attrs=primary",
       "dbname='d' host='a,b' port=',' target_session_attrs='primary'"},
      {"postgresql://%2Fvar%2Frun%2Fpostgresql/d", "dbname='d' host='/var/run/postgresql'"},
      {"postgresql:///d?host=/var/run/postgresql", "dbname='d' host='/var/run/postgresql'"},
      {"postgresql://u:p@localhost/d?host=/run/pg&port=6",
       "dbname='d' host='/run/pg' password='p' port='6' user='u'"},
      {"postgresql:///d?user=u&password=p", "dbname='d' password='p' user='u'"},
      {"postgresql://h/d#fragment", "dbname='d' host='h'"},
      {"postgresql://u:p@h/d?sslmode=require#fragment",
       "dbname='d' host='h' password='p' sslmode='require' user='u'"},
      {"host=h dbname=d password='a b'", "dbname='d' host='h' password='a b'"},
      {"host=h password=p://q", "host='h' password='p://q'"},
  });
}

TEST_CASE("forms of URL: parameters of a pool or a client are left out") {
  check({
      {"postgresql://h/d?", "dbname='d' host='h'"},
      {"postgresql://h/d?&", "dbname='d' host='h'"},
      {"postgresql://h/d?sslmode=require&", "dbname='d' host='h' sslmode='require'"},
      {"postgresql://h/d?&&sslmode=require&&pgbouncer=true",
       "dbname='d' host='h' sslmode='require'"},
      {"postgresql://h/d?connection_limit=5&pool_timeout=10&socket_timeout=3&pgbouncer=true"
       "&statement_cache_size=0&single_use_connections=true&max_idle_connection_lifetime=1",
       "dbname='d' host='h'"},
      {"postgresql://h/d?connect_timeout=300&keepalives=0&tcp_user_timeout=0",
       "dbname='d' host='h'"},
      {"postgresql://h/d?client_encoding=LATIN1&replication=database", "dbname='d' host='h'"},
      {"host=h client_encoding=LATIN1 replication=true connect_timeout=0", "host='h'"},
      {"postgresql://h/d?options=-c%20search_path%3Dx",
       "dbname='d' host='h' options='-c search_path=x'"},
      {"postgresql://h/d?options=-c+geqo%3Doff&application_name=my+app",
       "application_name='my app' dbname='d' host='h' options='-c geqo=off'"},
      {"postgresql://h/d?workaround=supabase-pooler.vercel&uselibpqcompat=true",
       "dbname='d' host='h'"},
  });
}

TEST_CASE("forms of URL: never less security than asked for") {
  ::setenv("SSL_CERT_FILE", "/dev/null", 1);  // NOLINT(concurrency-mt-unsafe)
  check({
      {"postgresql://h?sslmode=disable", "host='h' sslmode='disable'"},
      {"postgresql://h?sslmode=prefer", "host='h' sslmode='prefer'"},
      {"postgresql://h?ssl=true", "host='h' sslmode='require'"},
      {"postgresql://h?ssl=false", "host='h'"},
      {"postgresql://h?ssl=verify-full&sslmode=prefer", "host='h' sslmode='verify-full'"},
      {"postgresql://h?sslaccept=strict", "host='h' sslmode='verify-full' sslrootcert='/dev/null'"},
      {"postgresql://h?sslmode=require&sslaccept=strict&sslcert=/ca+1.pem",
       "host='h' sslmode='verify-full' sslrootcert='/ca 1.pem'"},
      {"postgresql://h?sslmode=prefer&sslaccept=strict&sslcert=/ca.pem",
       "host='h' sslmode='verify-full' sslrootcert='/ca.pem'"},
      {"postgresql://h?sslmode=require&sslcert=/ca.pem",
       "host='h' sslmode='verify-ca' sslrootcert='/ca.pem'"},
      {"postgresql://h?sslmode=require&sslcert=/ca.pem&sslaccept=accept_invalid_certs",
       "host='h' sslmode='require'"},
      {"postgresql://h?sslcert=/ca.pem", "host='h'"},
      {"postgresql://h?sslmode=verify-full&sslaccept=accept_invalid_certs&sslcert=/ca.pem",
       "host='h' sslmode='verify-full' sslrootcert='/ca.pem'"},
      {"postgresql://h?sslmode=verify-ca&sslcert=/ca.pem",
       "host='h' sslmode='verify-ca' sslrootcert='/ca.pem'"},
      {"postgresql://h?sslmode=verify-ca&sslaccept=strict&sslrootcert=/r.pem",
       "host='h' sslmode='verify-full' sslrootcert='/r.pem'"},
      // libpq's: a client's certificate.
      {"postgresql://h?sslmode=require&sslcert=/c.pem&sslkey=/k.pem",
       "host='h' sslcert='/c.pem' sslkey='/k.pem' sslmode='require'"},
      {"postgresql://h?sslmode=require&sslcert=/c.pem&sslkey=/k.pem&sslrootcert=/r.pem",
       "host='h' sslcert='/c.pem' sslkey='/k.pem' sslmode='verify-ca' sslrootcert='/r.pem'"},
      {"postgresql://h?sslrootcert=system",
       "host='h' sslmode='verify-full' sslrootcert='/dev/null'"},
      {"host=h sslmode=require sslcert=/c.pem", "host='h' sslcert='/c.pem' sslmode='require'"},
      {"postgresql://h?ssl%6Dode=require", "host='h' sslmode='require'"},
  });
  ::setenv("SSL_CERT_FILE", "/does/not/exist", 1);  // NOLINT(concurrency-mt-unsafe)
  check_refused({{"postgresql://h?sslaccept=strict", "the file that SSL_CERT_FILE names"}});
  ::unsetenv("SSL_CERT_FILE");  // NOLINT(concurrency-mt-unsafe)
}

TEST_CASE("forms of URL: what is refused says what to do and quotes nothing") {
  check_refused({
      {"", "expected postgresql://"},
      {"orchid", "expected postgresql://"},
      {"mypostgres://u:orchid@h/d", "expected postgresql://"},
      {"postgresql:u:orchid@h", "expected postgresql://"},
      {"postgresql+psycopg2://u:orchid@h/d", "postgresql+DRIVER:// is for SQLAlchemy"},
      {"postgresql+asyncpg://u:orchid@h/d", "postgresql+DRIVER:// is for SQLAlchemy"},
      {"jdbc:postgresql://h/d?password=orchid", "jdbc: is for Java"},
      {"prisma://accelerate.example/?api_key=orchid", "prisma:// leads to"},
      {"prisma+postgres://localhost:1/?api_key=orchid", "prisma:// leads to"},
      {"mysql://u:orchid@h/d", "LiteLLM's tables are in PostgreSQL"},
      {"file:./orchid.db", "LiteLLM's tables are in PostgreSQL"},
      {"https://h/orchid", "http is for LITELLM_BASE_URL"},
      {"postgresql://u:or@chid@h/d", "host or database name contains '@'"},
      {"postgresql://u:p/orchid@h/d", "the port is not a number"},
      {"postgresql://u:12/orchid@h/d", "host or database name contains '@'"},
      {"postgresql://u:p?orchid@h/d", "there is an '@' behind a '?'"},
      {"postgresql://u:p%orchid@h/d", "a % is not followed by"},
      {"postgresql://u:orchid%00@h/d", "a % is not followed by"},
      {"postgresql://h:99999/d", "the port is not from 1 to 65535"},
      {"postgresql://a:1,b:0/d", "the port is not from 1 to 65535"},
      {"postgresql://[::1/d", "expected postgresql://"},
      {"postgresql://h/d?schema=x?sslmode=verify-full", "there is a second '?'"},
      {"postgresql://h/d?orchid", "the part after '?' is not a list"},
      {"postgresql://h/d?sslmode=verify-full&sslmode=disable",
       "the parameter sslmode is there twice"},
      {"postgresql://h/d?sslmode=no-verify", "sslmode: expected disable"},
      {"postgresql://h/d?sslmode=", "sslmode: expected disable"},
      {"postgresql://h/d?sslaccept=Strict", "sslaccept: expected strict"},
      {"postgresql://h/d?sslmode=disable&sslaccept=strict", "sslmode=disable contradicts"},
      {"postgresql://h/d?sslmod=require",
       "a parameter of the URL is known to neither PostgreSQL nor "
       "Prisma; did you mean sslmode?"},
      {"postgresql://h/d?ssl_mode=require", "a parameter of the URL is known to neither"},
      {"postgresql://h/d?SSLMode=require", "a parameter of the URL is known to neither"},
      {"postgresql://h/d?sslrootcrt=/x", "a parameter of the URL is known to neither"},
      {"postgresql://h/d?shcema=x", "a parameter of the URL is known to neither"},
      {"postgresql://h/d?sslunheardof=yes", "a parameter about TLS"},
      {"postgresql://h/d?tls=true", "a parameter about TLS"},
      {"postgresql://h/d?connect_timeout=soon", "connect_timeout: expected a whole number"},
      {"postgresql://h/d?schema=a%0Ab", "the parameter schema must be a name"},
      {"postgresql://h/d?schema=%FF", "the parameter schema must be a name"},
      {"postgresql://h?sslidentity=/does/not/exist&sslpassword=orchid",
       "sslidentity: /does/not/exist"},
      {"postgresql://h?sslidentity=/dev/null&sslpassword=orchid",
       "sslidentity: /dev/null: is no PKCS#12"},
      {"postgresql://h?sslidentity=/no%0Asuch&sslpassword=orchid", "sslidentity: /no such"},
      {"postgresql://h?sslidentity=/i.p12&sslkey=/k", "give either sslidentity or"},
  });
  CHECK(read(std::string("postgresql://h/d\0x", 18)) == "refused: holds a zero byte");
  CHECK(read("postgresql://h/d?schema=" + std::string(64, 's'))
            .starts_with("refused: the parameter"));
}

TEST_CASE("a schema is any identifier") {
  for (const auto& [url, schema] : std::vector<std::pair<std::string, std::string>>{
           {"postgresql://h/d", ""},
           {"postgresql://h/d?schema=", ""},
           {"postgresql://h/d?schema=my.lite%20llm", "my.lite llm"},
           {"postgresql://h/d?schema=a+b", "a b"},
           {"postgresql://h/d?schema=it's%22", "it's\""},
           {"postgresql://h/d?schema=sch%C3%A9ma", "sch\xC3\xA9ma"}}) {
    CHECK(parse_conninfo(Secret{url}).schema == schema);
  }
}

TEST_CASE("where the server is and whether its certificate counts is offered apart") {
  const auto parsed = [](const char* url) { return parse_conninfo(Secret{url}); };
  CHECK(parsed("postgresql://me@127.0.0.1:5433/litellm").host == "127.0.0.1");
  CHECK(parsed("postgresql://me@[::1]/litellm").host == "::1");
  CHECK(parsed("postgresql:///litellm?host=/run/postgresql").host == "/run/postgresql");
  CHECK(parsed("dbname=litellm").host.empty());
  CHECK(parsed("postgresql://me@db/litellm?sslmode=verify-full").verifies_server);
  CHECK(parsed("host=db sslmode=verify-ca").verifies_server);
  CHECK(!parsed("postgresql://me@db/litellm?sslmode=require").verifies_server);
  CHECK(!parsed("postgresql://me@db/litellm").verifies_server);
}

TEST_CASE("the time to connect is offered apart") {
  for (const auto& [url, timeout] :
       std::vector<std::pair<std::string, std::optional<Milliseconds>>>{
           {"postgresql://h/d?connect_timeout=3", Milliseconds{3'000}},
           {"host=h connect_timeout=300", Milliseconds{300'000}},
           {"host=h connect_timeout=99999999999999999999", Milliseconds{86'400'000}},
           {"postgresql://h/d", {}},
           {"postgresql://h/d?connect_timeout=0", {}},
           {"postgresql://h/d?connect_timeout=-1", {}},
           {"postgresql://h/d?connect_timeout=", {}}}) {
    CHECK((parse_conninfo(Secret{url}).connect_timeout == timeout));
  }
}
