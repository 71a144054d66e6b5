// SPDX-License-Identifier: Apache-2.0
#include "doctor/service.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace litellm_exporter;
using Words = std::vector<std::string>;

namespace {

// Behind the eight words of systemd-run itself.
Words behind_systemd_run(const std::string& unit, bool json = false) {
  const Words words = doctor::command_as_service(unit, "active", "/report", json);
  REQUIRE(words.size() > 8);
  CHECK(words.front() == "systemd-run");
  CHECK(words.at(5) == "--property=StandardOutput=file:/report");
  CHECK(words.at(7) == "--setenv=LITELLM_EXPORTER_SERVICE=active");
  return {words.begin() + 8, words.end()};
}

}  // namespace

TEST_CASE("the doctor has what the unit gives the exporter, and is no daemon") {
  const std::string unit =
      "# /lib/systemd/system/litellm-exporter.service\n"
      "[Unit]\nAfter=network-online.target\n"
      "[Service]\nType=notify\n"
      "ExecStart=-/usr/bin/litellm-exporter --config.file=/etc/a.yml $ARGS\n"
      "ExecReload=/bin/sh -c \"kill\"\n"
      "# DynamicUser=no\n; DynamicUser=no\n"
      "WatchdogSec=60\nRestart=on-failure\nRestartSec=2\nTimeoutStopSec=30\n"
      "DynamicUser=yes\nCapabilityBoundingSet=\n"
      "[Install]\nWantedBy=multi-user.target\n";
  CHECK(behind_systemd_run(unit) ==
        Words{"--property=DynamicUser=yes", "--property=CapabilityBoundingSet=",
              "/usr/bin/litellm-exporter", "--config.file=/etc/a.yml", "$ARGS", "doctor"});
  CHECK(behind_systemd_run(unit, true).back() == "--json");
}

TEST_CASE("a drop-in replaces how it starts, and adds to the rest") {
  const std::string unit =
      "[Service]\nExecStart=/usr/bin/litellm-exporter\n"
      "[Service]\nExecStart=\nExecStart=/opt/litellm-exporter \\\n  \"--config.file=/a b.yml\"\n"
      "Environment=A=1 \\\nB=2";
  CHECK(behind_systemd_run(unit) == Words{"--property=Environment=A=1  B=2",
                                          "/opt/litellm-exporter", "--config.file=/a b.yml",
                                          "doctor"});
}

TEST_CASE("a unit that starts nothing is no service") {
  CHECK(doctor::command_as_service("", "inactive", "/report", false).empty());
  CHECK(
      doctor::command_as_service("[Service]\nExecStart=/bin/a\nExecStart=\n", "", "/report", false)
          .empty());
  CHECK(doctor::command_as_service("[Install]\nExecStart=/bin/a\n", "", "/report", false).empty());
}
