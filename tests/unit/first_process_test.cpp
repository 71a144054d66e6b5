// SPDX-License-Identifier: Apache-2.0
#include "first_process.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace litellm_exporter;
using Words = std::vector<std::string>;

TEST_CASE("the flags of the exporter in a container stand behind its name") {
  using namespace std::string_literals;
  CHECK(words_behind_exporter("/usr/bin/litellm-exporter\0--web.listen-address=:19400\0--x\0"s) ==
        Words{"--web.listen-address=:19400", "--x"});
  CHECK(words_behind_exporter("/sbin/docker-init\0--\0litellm-exporter\0--x\0"s) == Words{"--x"});
  CHECK(words_behind_exporter("litellm-exporter\0--config.file\0a b\0\0"s) ==
        Words{"--config.file", "a b", ""});
  CHECK(words_behind_exporter("/sbin/init\0"s).empty());
  CHECK(words_behind_exporter("not-litellm-exporter\0--x\0"s).empty());
  CHECK(words_behind_exporter("").empty());
}
