// SPDX-License-Identifier: Apache-2.0
#include "healthcheck.hpp"

#include "base/address.hpp"
#include "server/ask_self.hpp"

namespace litellm_exporter {

bool healthcheck(const Config& config, std::ostream& out) {
  const SelfAnswer answer = ask_self(*parse_address(config.web.listen_address));
  const bool healthy = answer.serves || answer.refuses;
  out << answer.shown << (healthy ? ": healthy\n" : "\n");
  return healthy;
}

}  // namespace litellm_exporter
