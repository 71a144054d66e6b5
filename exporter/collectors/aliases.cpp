// SPDX-License-Identifier: Apache-2.0
#include "collectors/aliases.hpp"

#include "base/log.hpp"

#include <utility>

namespace litellm_exporter {

AliasCollector::AliasCollector(const Config& config, postgres::Database& database,
                               Directory& directory, Counting& counting)
    : Collector("aliases", config.entities.poll_interval),
      label_bytes_(config.limits.label_bytes),
      database_(database),
      directory_(directory),
      counting_(counting) {}

void AliasCollector::collect(const std::stop_token& stop) {
  Gaps gaps;
  Directory fresh;
  database_.with_session(stop, [&](postgres::Session& session) {
    // The first time the rows wait for their names; later they have those of the last time.
    const Milliseconds lock_timeout =
        std::exchange(first_, false) ? session.statement_timeout() : postgres::kShortLock;
    session.in_snapshot(
        [&](postgres::Snapshot& snapshot) { fresh = load_directory(snapshot, label_bytes_, gaps); },
        {}, lock_timeout);
  });
  directory_ = std::move(fresh);
  counting_.foresee();
  if (gaps != gaps_) {
    log::info("names that these tables would give come from the rows alone",
              {{"tables", gaps.empty() ? "none any more" : describe(gaps)}});
    gaps_ = std::move(gaps);
  }
}

}  // namespace litellm_exporter
