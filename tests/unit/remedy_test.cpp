// SPDX-License-Identifier: Apache-2.0
#include "doctor/database_remedy.hpp"
#include "doctor/proxy_remedy.hpp"
#include "postgres/connect_error.hpp"

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
  CHECK(names(host + "Connection refused", "check host, port, password"));
}

TEST_CASE("what we find out ourselves of a connection is told by its cause") {
  using postgres::ConnectError;
  const auto names = [](ConnectError::Cause cause, std::string_view step) {
    return doctor::database_remedy(ConnectError(cause, "words")).find(step) != std::string::npos;
  };
  CHECK(names(ConnectError::Cause::silent_resolver, "resolv.conf"));
  CHECK(names(ConnectError::Cause::unknown_host, "correct the host name"));
  CHECK(names(ConnectError::Cause::silent_server, "firewalls"));
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
    return doctor::database_remedy(PollError(reason, "words")).find(step) != std::string::npos;
  };
  CHECK(names(Reason::timeout, "pg_locks"));
  CHECK(names(Reason::permission, "role.sql"));
  CHECK(!names(Reason::timeout, "role.sql"));
  CHECK(!names(Reason::query, "role.sql"));
}

TEST_CASE("each ailment of a proxy has its own next step") {
  const auto step = [](int status, const std::string& body, bool has_key = false) {
    const http::Answer answer{status, body, 0.1, {}};
    Readiness readiness = judge_readiness(answer);
    judge_refusal(readiness.verdict, answer, has_key);
    return doctor::proxy_remedy(readiness.verdict);
  };
  const auto names = [](const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
  };
  CHECK(names(step(404, "{}"), "without /v1"));
  CHECK(names(step(502, "<html>"), "look into the proxy's log"));
  CHECK(names(step(401, "{}"), "as litellm.key_file"));
  CHECK(names(step(403, "{}", true), "may ask for the health"));
  CHECK(names(step(200, "<html>"), "something else answers there"));
  CHECK(names(step(200, R"({"db":"disconnected"})"), "connection to its database"));
  CHECK(names(step(503, R"({"db":"disconnected"})"), "connection to its database"));
  CHECK(names(step(429, "{}"), "check the URL"));
  CHECK(step(200, R"({"db":"connected"})").empty());
}
