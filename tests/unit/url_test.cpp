// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE("a base URL is taken apart, and its credentials are not shown") {
  const auto url = http::parse_url("https://me:p%40ss@proxy.example:8443/llm/");
  REQUIRE(url);
  CHECK(url->origin == "https://proxy.example:8443");
  CHECK(url->path == "/llm");
  CHECK(url->user == "me");
  CHECK(url->password.reveal() == "p@ss");
  CHECK(url->shown() == "https://proxy.example:8443/llm");
  CHECK(url->is_tls());
  CHECK(url->host == "proxy.example");
  CHECK(url->port == 8443);
  CHECK(http::parse_url("http://[::1]:4000")->shown() == "http://[::1]:4000");
  CHECK(http::parse_url("http://[::ffff:7f00:1]")->host == "::ffff:7f00:1");
  CHECK(http::parse_url("https://a")->port == 443);
  CHECK(http::parse_url("http://localhost")->path.empty());
}

TEST_CASE("a host is asked for by the name that the URL gives it") {
  const auto authority = [](const char* url) { return http::parse_url(url)->authority(); };
  CHECK(authority("http://a.example/x") == "a.example");
  CHECK(authority("http://a.example:80") == "a.example");
  CHECK(authority("http://a.example:443") == "a.example:443");
  CHECK(authority("https://a.example:443") == "a.example");
  CHECK(authority("https://u:p@[::1]:4000") == "[::1]:4000");
}

TEST_CASE("what is no base URL is refused") {
  for (const char* wrong : {"",
                            "http",
                            "http://",
                            "http:///x",
                            "ftp://a",
                            "a:1",
                            "http://a:",
                            "http://a:x",
                            "http://a:123456",
                            "http://a:99999",
                            "http://a:0",
                            "http://u:12/3secret@host",
                            "http://[]:1",
                            "http://a b",
                            "http://a?b",
                            "http://a#b",
                            "http://[::1",
                            "http://[::1]x",
                            "http://a\"b",
                            "http://a\nb",
                            "http://a\xC3\xB6"}) {
    INFO(std::string{wrong});
    CHECK(!http::parse_url(wrong));
  }
}
