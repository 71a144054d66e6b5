// SPDX-License-Identifier: Apache-2.0
#include "healthcheck.hpp"

#include "server/ask_self.hpp"

namespace litellm_exporter {

bool healthcheck(const Address& address, std::ostream& out) {
  const SelfAnswer answer = ask_self(address);
  const bool healthy = answer.serves || answer.refuses;
  out << answer.shown << (healthy ? ": healthy\n" : "\n");
  return healthy;
}

}  // namespace litellm_exporter
