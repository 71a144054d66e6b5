// SPDX-License-Identifier: Apache-2.0
#include "collectors/table_reader.hpp"

#include "base/log.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace litellm_exporter {

void TableReader::collect(const std::stop_token& stop) {
  Findings findings;
  Gaps gaps;
  std::optional<PollError> failure;
  const auto model_names = parts().model_names.get();
  try {
    parts().database.with_session(stop, [&](postgres::Session& session) {
      session.in_snapshot(
          [&](postgres::Snapshot& snapshot) {
            Reading reading{snapshot, parts().config, *model_names, findings,
                            audited_, gaps,           failure};
            read_(reading);
          },
          timeout(), postgres::kShortLock);
    });
  } catch (const PollError& e) {
    if (e.reason() == Reason::permission || e.reason() == Reason::schema) {
      gaps_ = std::move(gaps.all);
    }
    throw;
  }
  say_left_out(findings.left_out());
  publish(std::move(findings));
  say(gaps);
  gaps_ = std::move(gaps.all);
  if (failure) {
    throw PollError(*failure);
  }
}

void TableReader::say(const Gaps& gaps) {
  std::set<std::string> worth;
  std::ranges::set_difference(gaps.all, gaps.quiet, std::inserter(worth, worth.end()));
  if (worth != std::exchange(said_, worth)) {
    const std::string text = fmt::format("{}", fmt::join(worth, ", "));
    log::info("read without what this LiteLLM or this role does not give",
              {{"collector", name()}, {"missing", worth.empty() ? "nothing any more" : text}});
  }
}

void TableReader::say_left_out(std::size_t series) {
  if (series > 0 && !said_left_out_) {
    log::warn("families are at limits.series_per_family: further series are left out",
              {{"collector", name()}, {"series", series}});
  }
  said_left_out_ = series > 0;
}

std::string TableReader::missing() const { return fmt::format("{}", fmt::join(gaps_, ", ")); }

}  // namespace litellm_exporter
