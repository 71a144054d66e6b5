// SPDX-License-Identifier: Apache-2.0
#include "doctor/remedy.hpp"

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
