// SPDX-License-Identifier: Apache-2.0
#include "tally/trend_file.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/replacement.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace litellm_exporter {
namespace {

using nlohmann::json;

// A day of hours with ten thousand models of long names takes less.
constexpr std::size_t kLargest = 64U << 20U;
// Hours until the year 3000 and sums that no LiteLLM reaches: beyond them arithmetic overflows.
constexpr std::int64_t kLastHour = 9'000'000;
constexpr double kGreatest = 1e18;

json to_json(const Checkpoint& checkpoint) {
  const Totals& totals = checkpoint.totals;
  return {{"hour", checkpoint.hour.time_since_epoch().count()},
          {"at", checkpoint.at.time_since_epoch().count()},
          {"requests", totals.requests},
          {"failures", totals.failures},
          {"tokens", totals.tokens},
          {"spend_usd", totals.spend_usd},
          {"spend_by_model", totals.spend_by_model},
          {"errors_by_class", totals.errors_by_class}};
}

bool makes_sense(double total) { return total >= 0 && total <= kGreatest; }

bool makes_sense(const std::map<std::string, double>& totals) {
  return std::ranges::all_of(totals, [](const auto& entry) { return makes_sense(entry.second); });
}

bool makes_sense(const Totals& totals) {
  return makes_sense(totals.requests) && makes_sense(totals.failures) &&
         makes_sense(totals.tokens) && makes_sense(totals.spend_usd) &&
         makes_sense(totals.spend_by_model) && makes_sense(totals.errors_by_class);
}

// A number with a fraction or an exponent might be too large to be converted.
std::int64_t whole(const json& number) {
  if (!number.is_number_integer()) {
    throw std::invalid_argument("a time that is no whole number");
  }
  return number.get<std::int64_t>();
}

Checkpoint from_json(const json& document) {
  const std::int64_t hour = whole(document.at("hour"));
  if (hour < 0 || hour > kLastHour) {
    throw std::invalid_argument("an hour of another age");
  }
  Checkpoint checkpoint;
  checkpoint.hour = HourPoint{std::chrono::hours(hour)};
  // Older versions did not write it: the beginning of the hour takes its place.
  const auto at = document.find("at");
  checkpoint.at = at == document.end() ? std::chrono::sys_seconds{checkpoint.hour}
                                       : std::chrono::sys_seconds{std::chrono::seconds(whole(*at))};
  Totals& totals = checkpoint.totals;
  document.at("requests").get_to(totals.requests);
  document.at("failures").get_to(totals.failures);
  document.at("tokens").get_to(totals.tokens);
  document.at("spend_usd").get_to(totals.spend_usd);
  document.at("spend_by_model").get_to(totals.spend_by_model);
  document.at("errors_by_class").get_to(totals.errors_by_class);
  if (!makes_sense(totals) ||
      std::chrono::floor<std::chrono::hours>(checkpoint.at) != checkpoint.hour) {
    throw std::invalid_argument(fmt::format("hour {} makes no sense", hour));
  }
  return checkpoint;
}

bool ascends(const Checkpoints& checkpoints) {
  const auto unordered = [](const auto& a, const auto& b) { return a->hour >= b->hour; };
  return std::ranges::adjacent_find(checkpoints, unordered) == checkpoints.end();
}

}  // namespace

Checkpoints load_trend(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    return {};
  }
  try {
    Checkpoints checkpoints;
    for (const json& document : json::parse(read_file(path, kLargest))) {
      checkpoints.push_back(std::make_shared<const Checkpoint>(from_json(document)));
    }
    if (!ascends(checkpoints)) {
      throw std::invalid_argument(path + ": hours out of order");
    }
    return checkpoints;
  } catch (const std::exception& e) {
    log::warn("the trend of the status page starts anew", {{"file", path}, {"err", e.what()}});
    return {};
  }
}

void save_trend(const std::string& path, const Checkpoints& checkpoints) {
  json document = json::array();
  for (const auto& checkpoint : checkpoints) {
    document.push_back(to_json(*checkpoint));
  }
  try {
    replace_file(path, document.dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
  } catch (const FileError& e) {
    log::warn("the trend of the status page was not saved", {{"file", path}, {"err", e.what()}});
  }
}

}  // namespace litellm_exporter
