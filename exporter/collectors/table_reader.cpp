// SPDX-License-Identifier: Apache-2.0
#include "collectors/table_reader.hpp"

#include "base/log.hpp"

#include <fmt/ranges.h>

#include <utility>

namespace litellm_exporter {

void TableReader::collect(const std::stop_token& stop) {
  Findings findings;
  std::set<std::string> gaps;
  const auto model_names = parts().model_names.get();
  parts().database.with_session(stop, [&](postgres::Session& session) {
    session.in_snapshot(
        [&](postgres::Snapshot& snapshot) {
          Reading reading{snapshot, parts().config, *model_names, findings, audited_, gaps};
          read_(reading);
        },
        timeout(), postgres::kShortLock);
  });
  publish(std::move(findings));
  if (gaps != std::exchange(gaps_, gaps)) {
    log::info("read without what this LiteLLM or this role does not give",
              {{"collector", name()}, {"missing", gaps.empty() ? "nothing any more" : missing()}});
  }
}

std::string TableReader::missing() const { return fmt::format("{}", fmt::join(gaps_, ", ")); }

}  // namespace litellm_exporter
