// SPDX-License-Identifier: Apache-2.0
#include "doctor/remedy.hpp"

#include "doctor/proxy_remedy.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE("each way to fail to connect has its own next step") {
  const auto names = [](std::string_view error, std::string_view step) {
    return doctor::connection_remedy(error).find(step) != std::string::npos;
  };
  const std::string host = R"(connection to server at "db" (10.0.0.5), port 5432 failed: )";
  CHECK(names(host + R"(FATAL: database "litelm" does not exist)", "database's name"));
  CHECK(names(host + R"(FATAL: role "exporter" does not exist)", "role.sql"));
  CHECK(names(host + R"(FATAL: password authentication failed for user "me")", "set a password"));
  CHECK(names(host + "fe_sendauth: no password supplied", "has none"));
  CHECK(names(host + R"(FATAL: no pg_hba.conf entry for host "10.0.0.9", no encryption)",
              "sslmode=require"));
  CHECK(names(host + R"(FATAL: no pg_hba.conf entry for host "10.0.0.9", SSL encryption)",
              "pg_hba.conf and reload"));
  CHECK(names(host + "server does not support SSL, but SSL was required", "switch ssl on"));
  CHECK(names(host + R"(root certificate file "/x/ca.pem" does not exist Either provide)",
              "sslrootcert must exist"));
  CHECK(names(host + R"(could not read root certificate file "/x/ca.pem": Permission denied)",
              "sslrootcert must exist"));
  CHECK(names(host + "SSL error: certificate verify failed", "the authority that signed"));
  CHECK(names(host + R"(server certificate for "a" does not match host name "b")", "verify-ca"));
  CHECK(names(R"(could not translate host name "db" to address)", "correct the host name"));
  CHECK(names(host + "Connection refused", "check host, port, password"));
}

TEST_CASE("a role that may not enter is told what it lacks") {
  const auto names = [](std::string_view error, std::string_view step) {
    return doctor::connection_remedy(error).find(step) != std::string::npos;
  };
  CHECK(names(R"(FATAL: role "exporter" is not permitted to log in)", "LOGIN"));
  CHECK(names(R"(FATAL: permission denied for database "litellm" DETAIL: User does not have)",
              "GRANT CONNECT"));
  CHECK(names(R"(FATAL: too many connections for role "exporter")", "CONNECTION LIMIT"));
  CHECK(names("FATAL: sorry, too many clients already", "max_connections"));
}

TEST_CASE("each trouble of the database has its own next step") {
  const auto names = [](Reason reason, std::string_view step) {
    return doctor::remedy(PollError(reason, "words")).find(step) != std::string::npos;
  };
  CHECK(names(Reason::timeout, "pg_locks"));
  CHECK(names(Reason::permission, "role.sql"));
  CHECK(!names(Reason::timeout, "role.sql"));
  CHECK(!names(Reason::query, "role.sql"));
}

TEST_CASE("each way of a proxy to fail has its own next step") {
  const auto names = [](std::string_view trouble, std::string_view step) {
    return doctor::proxy_remedy(trouble).find(step) != std::string::npos;
  };
  CHECK(names("the certificate is not valid at this time: certificate has expired", "renew"));
  CHECK(names("the certificate is not trusted: self-signed certificate", "litellm.ca_file"));
  CHECK(names("the certificate is not for this host", "stands in the proxy's certificate"));
  CHECK(names("answers 307, a redirect to https://a/b: give the URL it leads to", "leads to"));
  CHECK(names("answers 404", "without /v1"));
  CHECK(names("answers 503", "log"));
  CHECK(names("answers 401: it wants a key, and there is no litellm.key", "litellm.key_file"));
  CHECK(names("answers 403: it wants a key, and refuses litellm.key", "may ask for the health"));
  CHECK(names("answers 200, but not as LiteLLM does: is the URL right?", "something else"));
  CHECK(names("no complete answer within 5s", "overloaded"));
  CHECK(names("cannot connect within 5s", "firewalls"));
  CHECK(names("cannot connect: refused, unreachable or no such host", "docker compose"));
  CHECK(names("no such words", "check the URL"));
}
