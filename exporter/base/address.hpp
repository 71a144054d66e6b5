// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter {

// A host and a port of TCP.
struct Address {
  // A name or an address, without the brackets of an IPv6 address. Empty, where a server listens:
  // all addresses of the machine.
  std::string host;
  int port = 0;

  // As it is written: "host:port", "[::1]:port" or ":port".
  std::string shown() const;
  bool operator==(const Address&) const = default;
};

// Reads "host:port", "[::1]:port" and ":port", as Go's listeners do; with a `usual_port` the port
// and its colon may be missing.
std::optional<Address> parse_address(std::string_view text,
                                     std::optional<int> usual_port = std::nullopt);

}  // namespace litellm_exporter
