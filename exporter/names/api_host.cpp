// SPDX-License-Identifier: Apache-2.0
#include "names/api_host.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

// Names, addresses, brackets of IPv6.
bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
         c == ':' || c == '[' || c == ']';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string api_host(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) {
    return {};
  }
  address.remove_prefix(scheme + 3);
  address = address.substr(0, address.find_first_of("/?#\\"));
  if (const std::size_t user = address.rfind('@'); user != std::string_view::npos) {
    address.remove_prefix(user + 1);
  }
  // The longest name that DNS has, and a port.
  constexpr std::size_t kLongest = 260;
  std::string host{address};
  std::ranges::transform(host, host.begin(), lower);
  return host.size() <= kLongest && std::ranges::all_of(host, is_host_character) ? host : "";
}

}  // namespace litellm_exporter
