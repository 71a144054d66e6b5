// SPDX-License-Identifier: Apache-2.0
#include "doctor/report.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace litellm_exporter;

TEST_CASE("what others said makes no lines of its own and does not rule the terminal") {
  doctor::Report report;
  report.warning("proxy", "db is \x1B[2J\nok       database             fine", "see\r\nthis");
  std::ostringstream screen;
  report.print(screen);
  const std::string text = screen.str();
  CHECK(text.find('\x1B') == std::string::npos);
  CHECK(text.find("\nok") == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
  std::ostringstream json;
  report.print_json(json);
  CHECK(json.str().find("\\n") == std::string::npos);
  CHECK(json.str().find("\\u001b") == std::string::npos);
}
