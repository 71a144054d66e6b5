// SPDX-License-Identifier: Apache-2.0
#include "collectors/spend_log.hpp"

#include <exception>

namespace litellm_exporter {

SpendLogCollector::SpendLogCollector(const Config& config, postgres::Database& database,
                                     Directory& directory, Counting& counting,
                                     PositionReader& positions, Tally& tally)
    : Collector("spend_log", config.database.poll_interval),
      database_(database),
      directory_(directory),
      tally_(tally),
      tail_(config, spend_log_table(), tally.state().cursor, tally.state().seen, counting,
            positions, tally.baseline_reason()),
      label_bytes_(config.limits.label_bytes) {}

void SpendLogCollector::collect(const std::stop_token& stop) {
  std::exception_ptr failure;
  try {
    database_.with_session(stop, [&](postgres::Session& session) {
      look_for_new_keys(session);
      tail_.poll(session, [&] { tally_.save(); });
    });
  } catch (const PollError&) {
    failure = std::current_exception();
  }
  // Also after a failure: what was counted before it is true, and new series wait to be shown.
  tally_.publish();
  if (failure) {
    std::rethrow_exception(failure);
  }
}

// A key table that is locked must not hold up the rows: the collector of the names reports it.
void SpendLogCollector::look_for_new_keys(postgres::Session& session) {
  constexpr Milliseconds kGlance{100};
  try {
    session.in_snapshot(
        [&](postgres::Snapshot& snapshot) { add_new_keys(snapshot, label_bytes_, directory_); }, {},
        kGlance);
  } catch (const PollError&) {
    if (!session.usable()) {
      throw;
    }
  }
}

}  // namespace litellm_exporter
