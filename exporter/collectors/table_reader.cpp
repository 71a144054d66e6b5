// SPDX-License-Identifier: Apache-2.0
#include "collectors/table_reader.hpp"

#include "base/log.hpp"
#include "collectors/say_gaps.hpp"

#include <iterator>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr Gauge kIndistinct = {
    .name = "litellm_exporter_entities_indistinct",
    .help =
        "How many have no series because their labels equal another's: ids that differ only in "
        "what no label shows, such as a trailing blank; there is no series for none."};

}  // namespace

void TableReader::collect(const std::stop_token& stop) {
  Findings findings;
  postgres::NotedGaps noted;
  std::optional<PollError> failure;
  const auto model_names = parts().model_names.get();
  try {
    parts().database.with_session(stop, [&](postgres::Session& session) {
      session.in_snapshot(
          [&](postgres::Snapshot& snapshot) {
            postgres::TableAccess tables(snapshot, parts().config.limits.label_bytes, noted);
            Reading reading{tables, parts().config, *model_names, findings, memory_, failure};
            read_(reading);
          },
          timeout(), postgres::kShortLock);
    });
  } catch (const PollError& e) {
    if (e.reason() == Reason::permission || e.reason() == Reason::schema) {
      gaps_ = std::move(noted.all);
    }
    throw;
  }
  say_left_out(findings.left_out());
  say_indistinct(findings);
  publish(std::move(findings));
  say_gaps(name(), noted, said_);
  gaps_ = std::move(noted.all);
  if (failure) {
    throw PollError(*failure);
  }
}

void TableReader::say_left_out(std::size_t count) {
  if (count > 0 && !said_left_out_) {
    log::warn("limits.series_per_family is reached: further series are left out",
              {{"collector", name()}, {"left_out", count}});
  }
  said_left_out_ = count > 0;
}

void TableReader::say_indistinct(Findings& findings) {
  const std::size_t count = findings.indistinct();
  if (count > 0) {
    findings.add(kIndistinct, static_cast<double>(count), {{"collector", name()}});
  }
  if (count > 0 && !said_indistinct_) {
    log::warn("ids are equal once they are cleaned for labels: one of each has series",
              {{"collector", name()}, {"left_out", count}});
  }
  said_indistinct_ = count > 0;
}

}  // namespace litellm_exporter
