// SPDX-License-Identifier: Apache-2.0
#include "subjects/worker_beats.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace litellm_exporter;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

// A table that is looked at, and a clock that goes on when it is told to.
struct Watch {
  WorkerBeats beats;
  WorkerBeats::Clock::time_point now{std::chrono::hours(1000)};

  std::string look(const std::vector<WorkerRow>& rows, seconds later = minutes(1)) {
    now += later;
    beats.see(rows, now);
    std::string said;
    for (const auto& [host, alive] : beats.alive_by_host()) {
      said += fmt::format("{}{} {}", said.empty() ? "" : ", ", host, alive);
    }
    return said;
  }
};

}  // namespace

TEST_CASE("nothing is known of the rows of the first look until they change") {
  Watch watch;
  CHECK(watch.look({{"1", "a", "10:00"}, {"2", "b", "09:00"}}).empty());
  CHECK(watch.look({{"1", "a", "10:01"}, {"2", "b", "09:00"}}) == "a 1");
  CHECK_MESSAGE(watch.look({{"1", "a", "10:02"}, {"2", "b", "04:00"}}) == "a 1, b 1",
                "whatever the clock says");
}

TEST_CASE("a host has no number before each of its workers is understood") {
  Watch watch;
  watch.look({{"1", "a", "1"}, {"2", "a", "1"}, {"3", "a", "1"}});
  CHECK(watch.look({{"1", "a", "2"}, {"2", "a", "2"}, {"3", "a", "1"}}).empty());
  CHECK(watch.look({{"1", "a", "3"}, {"2", "a", "3"}, {"3", "a", "1"}}).empty());
  CHECK(watch.look({{"1", "a", "4"}, {"2", "a", "4"}, {"3", "a", "1"}}) == "a 2");
}

TEST_CASE("rows that were left behind count nothing after three minutes") {
  Watch watch;
  const std::vector<WorkerRow> rows = {{"1", "a", "1"}};
  watch.look(rows);
  CHECK(watch.look(rows, seconds(59)).empty());
  CHECK(watch.look(rows, seconds(59)).empty());
  CHECK(watch.look(rows, seconds(59)).empty());
  CHECK(watch.look(rows, seconds(3)) == "a 0");
  CHECK(watch.look({}).empty());
}

TEST_CASE("a worker that stops is dead after three minutes, and alive when it beats again") {
  Watch watch;
  watch.look({{"1", "a", "1"}});
  CHECK(watch.look({{"1", "a", "2"}}) == "a 1");
  CHECK(watch.look({{"1", "a", "2"}}) == "a 1");
  CHECK(watch.look({{"1", "a", "2"}}) == "a 1");
  CHECK(watch.look({{"1", "a", "2"}}) == "a 0");
  CHECK(watch.look({{"1", "a", "3"}}) == "a 1");
}

TEST_CASE("a row that is new after the first look is a beat") {
  Watch watch;
  CHECK(watch.look({}).empty());
  CHECK(watch.look({{"1", "a", "1"}, {"2", "a", "1"}}) == "a 2");
}

TEST_CASE("workers are not silent while the table cannot be read") {
  Watch watch;
  watch.look({{"1", "a", "1"}});
  watch.look({{"1", "a", "2"}});
  CHECK(watch.look({{"1", "a", "2"}}, minutes(30)) == "a 1");
  CHECK(watch.look({{"1", "a", "2"}}, minutes(30)) == "a 1");
  CHECK(watch.look({{"1", "a", "2"}}, minutes(30)) == "a 0");
}
