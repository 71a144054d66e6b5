// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter {

struct Address {
  // Empty: all addresses of the machine.
  std::string host;
  int port = 0;
};

// Reads "host:port", "[::1]:port" and ":port", as Go's listeners do.
std::optional<Address> parse_address(std::string_view text);

}  // namespace litellm_exporter
