// SPDX-License-Identifier: Apache-2.0
// trend.json: whatever stands there, the status page goes on with a week that makes sense.
#include "base/log.hpp"
#include "fuzz.hpp"
#include "tally/trend_file.hpp"

using namespace litellm_exporter;
using fuzz::require;

namespace {

constexpr std::chrono::sys_days kToday = std::chrono::year{2026} / 11 / 23;

// Each file that makes no sense would be a line.
const bool silent = [] {
  log::set_up(log::Level::error, log::Format::logfmt);
  return true;
}();

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  require(silent, "the log is silent");
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  Summary summary;
  summary.checkpoints = load_trend(file.path());
  for (std::size_t i = 0; i < summary.checkpoints.size(); ++i) {
    const Checkpoint& each = *summary.checkpoints[i];
    require(i == 0 || summary.checkpoints[i - 1]->hour < each.hour, "hours ascend");
    require(each.totals.requests >= 0 && each.totals.spend_usd >= 0, "sums are sums");
    require(each.at - each.hour >= std::chrono::seconds(0) &&
                each.at - each.hour < std::chrono::hours(1),
            "a checkpoint belongs to its hour");
  }
  Totals totals;
  totals.requests = 1;
  advance(summary, totals, kToday);
  require(!summary.checkpoints.empty(), "the present has a checkpoint");
  static_cast<void>(summary.at_hour(HourPoint{kToday} - std::chrono::hours(24)));
  return 0;
}
