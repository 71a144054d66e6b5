// SPDX-License-Identifier: Apache-2.0
#include "cli.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace litellm_exporter;

namespace {

CommandLine parse(std::vector<const char*> words) {
  words.insert(words.begin(), "litellm-exporter");
  return parse_command_line(static_cast<int>(words.size()), words.data(), {});
}

}  // namespace

TEST_CASE("of a flag that is given twice the last counts") {
  const CommandLine line = parse({"--web.listen-address=:1", "--storage.path=a", "once",
                                  "--web.listen-address", ":2", "--storage.path=b"});
  CHECK(line.command == Command::once);
  CHECK(line.flags.listen_address == ":2");
  CHECK(line.flags.storage_path == "b");
  CHECK_FALSE(line.flags.telemetry_path);
  CHECK_FALSE(line.flags.enable_lifecycle);
  CHECK(parse({"--web.enable-lifecycle"}).flags.enable_lifecycle);
}

TEST_CASE("what is no command line is refused") {
  CHECK_THROWS_AS(parse({"unheard-of"}), UsageError);
  CHECK_THROWS_AS(parse({"once", "doctor"}), UsageError);
  CHECK_THROWS_AS(parse({"--web.listen"}), UsageError);
  CHECK_THROWS_AS(parse({"--web.listen-address"}), UsageError);
  CHECK_THROWS_AS(parse({"once", "--json"}), UsageError);
}
