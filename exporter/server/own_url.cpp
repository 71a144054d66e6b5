// SPDX-License-Identifier: Apache-2.0
#include "server/own_url.hpp"

#include <fmt/format.h>

namespace litellm_exporter {

std::string own_url(const Address& address, bool tls) {
  std::string host = address.host;
  if (host.empty() || host == "0.0.0.0") {
    host = "127.0.0.1";
  } else if (host.find(':') != std::string::npos) {
    host = host == "::" ? "[::1]" : "[" + host + "]";
  }
  return fmt::format("{}://{}:{}", tls ? "https" : "http", host, address.port);
}

}  // namespace litellm_exporter
