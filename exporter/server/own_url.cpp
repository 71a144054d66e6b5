// SPDX-License-Identifier: Apache-2.0
#include "server/own_url.hpp"

#include <fmt/format.h>

namespace litellm_exporter {

std::string own_url(const Address& address, bool tls) {
  Address reachable = address;
  if (address.host.empty() || address.host == "0.0.0.0") {
    reachable.host = "127.0.0.1";
  } else if (address.host == "::") {
    reachable.host = "::1";
  }
  return fmt::format("{}://{}", tls ? "https" : "http", reachable.shown());
}

}  // namespace litellm_exporter
