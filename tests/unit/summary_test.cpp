// SPDX-License-Identifier: Apache-2.0
#include "tally/summary.hpp"

#include "tally/totals.hpp"
#include "tally/trend.hpp"
#include "tally/trend_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace litellm_exporter;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr HourPoint kNoon{hours(496'000)};

Totals with_requests(double requests) {
  Totals totals;
  totals.requests = requests;
  return totals;
}

struct Scratch {
  std::string path = std::filesystem::temp_directory_path() / "litellm-exporter-summary-test";
  Scratch() { std::filesystem::create_directory(path); }
  ~Scratch() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("totals add up what the page shows, and nothing that it does not show yet") {
  SeriesStore store(SeriesStore::Bounds{});
  store.add(Family::requests, {"gpt-4o", "openai", "success"}, 3);
  store.add(Family::requests, {"gpt-4o", "openai", "failure"}, 2);
  store.add(Family::spend, {"gpt-4o", "openai"}, 1.5);
  store.add(Family::input_tokens, {"gpt-4o", "openai"}, 10);
  store.add(Family::output_tokens, {"gpt-4o", "openai"}, 5);
  store.add(Family::errors, {"gpt-4o", "openai", "Timeout", "504"}, 2);
  CHECK(totals_of(store).requests == 0);

  store.put_on_page(1);
  store.show_fetched(1);
  const Totals totals = totals_of(store);
  CHECK(totals.requests == 5);
  CHECK(totals.failures == 2);
  CHECK(totals.tokens == 15);
  CHECK(totals.spend_usd == 1.5);
  CHECK(totals.spend_by_model == std::map<std::string, double>{{"gpt-4o", 1.5}});
  CHECK(totals.errors_by_class == std::map<std::string, double>{{"Timeout", 2}});
}

TEST_CASE("every model is kept for a day, and only the sums for the week") {
  SeriesStore store(SeriesStore::Bounds{});
  for (int i = 0; i < 60; ++i) {
    store.add(Family::spend, {std::to_string(i), "openai"}, 1.0 + i);
  }
  store.put_on_page(1);
  store.show_fetched(1);
  const Totals totals = totals_of(store);
  CHECK(totals.spend_by_model.size() == 60);
  CHECK(totals.spend_by_model.count("other") == 0);
  Summary summary;
  advance(summary, totals, kNoon + minutes(20));
  CHECK(summary.checkpoints.front()->at == kNoon + minutes(20));
  advance(summary, totals, kNoon + hours(26));
  CHECK(summary.checkpoints.front()->totals.spend_by_model.size() == 60);
  advance(summary, totals, kNoon + hours(27));
  CHECK(summary.checkpoints.front()->totals.spend_by_model.empty());
  CHECK(summary.checkpoints.front()->totals.spend_usd == totals.spend_usd);
  CHECK(summary.counted_hours(kNoon, kNoon + hours(26)) == 1);
  CHECK(summary.counted_hours(kNoon, kNoon + hours(28)) == 3);
}

TEST_CASE("a poll shares the checkpoints of the one before") {
  const Scratch scratch;
  const SeriesStore store(SeriesStore::Bounds{});
  SummaryKeeper keeper(scratch.path);
  keeper.update(store, kNoon);
  const auto before = keeper.current();
  keeper.update(store, kNoon + minutes(1));
  CHECK(keeper.current() != before);
  CHECK(keeper.current()->checkpoints == before->checkpoints);
}

TEST_CASE("an hour begins with a checkpoint, and a week is kept") {
  Summary summary;
  CHECK(advance(summary, with_requests(5), kNoon + minutes(1)));
  CHECK_FALSE(advance(summary, with_requests(9), kNoon + minutes(59)));
  CHECK(advance(summary, with_requests(12), kNoon + hours(1)));
  CHECK(summary.at_hour(kNoon - hours(3)).requests == 5);
  CHECK(summary.at_hour(kNoon).requests == 5);
  CHECK(summary.at_hour(kNoon + hours(1)).requests == 12);
  CHECK(summary.at_hour(kNoon + hours(2)).requests == 12);

  for (int hour = 2; hour < 500; ++hour) {
    advance(summary, with_requests(12.0 + hour), kNoon + hours(hour));
  }
  CHECK(summary.checkpoints.size() == 7 * 24 + 1);
}

TEST_CASE("hours without an exporter add nothing, and what it missed counts when it is counted") {
  Summary summary;
  advance(summary, with_requests(5), kNoon);
  advance(summary, with_requests(5), kNoon + hours(10));
  advance(summary, with_requests(50), kNoon + hours(10) + minutes(1));
  CHECK(summary.at_hour(kNoon + hours(4)).requests == 5);
  CHECK(summary.at_hour(kNoon + hours(10)).requests == 5);
  CHECK(summary.at_hour(kNoon + hours(11)).requests == 50);
}

TEST_CASE("totals that fell, and a clock that was set back, start the trend anew") {
  Summary summary;
  advance(summary, with_requests(5), kNoon);
  CHECK(advance(summary, with_requests(1), kNoon + minutes(5)));
  CHECK(summary.checkpoints.size() == 1);
  CHECK(summary.at_hour(kNoon).requests == 1);
  CHECK(advance(summary, with_requests(2), kNoon - hours(3)));
  CHECK(summary.checkpoints.size() == 1);
  CHECK(summary.checkpoints.front()->hour == kNoon - hours(3));
}

TEST_CASE("the trend survives a restart; a damaged file does not stop anything") {
  const Scratch scratch;
  SeriesStore store(SeriesStore::Bounds{});
  {
    SummaryKeeper keeper(scratch.path);
    keeper.update(store, kNoon);
    store.add(Family::requests, {"caf\xC3\xA9", "openai", "success"}, 3);
    store.add(Family::spend, {"caf\xC3\xA9", "openai"}, 1);
    store.put_on_page(1);
    store.show_fetched(1);
    keeper.update(store, kNoon + hours(1));
  }
  const SummaryKeeper again(scratch.path);
  REQUIRE(again.current()->checkpoints.size() == 2);
  CHECK(again.current()->checkpoints.back()->totals.requests == 3);
  CHECK(again.current()->checkpoints.back()->totals.spend_by_model.count("caf\xC3\xA9") == 1);

  const std::string file = scratch.path + "/trend.json";
  const auto loaded = [&](const std::string& text) {
    std::ofstream(file, std::ios::trunc) << text;
    return SummaryKeeper(scratch.path).current()->checkpoints.size();
  };
  for (const char* damage : {"", "[{", "{}", "[{\"hour\": \"x\"}]", "[1]"}) {
    CHECK(loaded(damage) == 0);
  }
  const auto checkpoint = [](const std::string& start, const std::string& spend) {
    return "[{" + start + R"(, "requests": 1, "failures": 0, "tokens": 0, "spend_usd": 0,
            "errors_by_class": {}, "spend_by_model": {"a": )" +
           spend + "}}]";
  };
  CHECK(loaded(checkpoint(R"("hour": 496000, "at": 1785600007)", "1")) == 1);
  CHECK(loaded(checkpoint(R"("hour": 496000)", "1")) == 1);
  CHECK(loaded(checkpoint(R"("hour": 496000, "at": 1785603600)", "1")) == 0);
  CHECK(loaded(checkpoint(R"("hour": 9000000000000000000)", "1")) == 0);
  CHECK(loaded(checkpoint(R"("hour": -1)", "1")) == 0);
  CHECK(loaded(checkpoint(R"("hour": 1e300)", "1")) == 0);
  CHECK(loaded(checkpoint(R"("hour": 496000, "at": 1e300)", "1")) == 0);
  for (const char* spend : {"-1", "1e300", "1e999", "null"}) {
    CHECK(loaded(checkpoint(R"("hour": 496000)", spend)) == 0);
  }
}
