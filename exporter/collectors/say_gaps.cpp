// SPDX-License-Identifier: Apache-2.0
#include "collectors/say_gaps.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace litellm_exporter {

void say_gaps(const std::string& collector, const postgres::NotedGaps& noted, Gaps& said) {
  Gaps worth;
  std::ranges::set_difference(noted.all, noted.quiet, std::inserter(worth, worth.end()));
  if (worth != std::exchange(said, worth)) {
    log::info("read without what this LiteLLM or this role does not give",
              {{"collector", collector},
               {"missing", worth.empty() ? "nothing any more" : describe(worth)}});
  }
}

}  // namespace litellm_exporter
