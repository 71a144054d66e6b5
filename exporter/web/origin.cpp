// SPDX-License-Identifier: Apache-2.0
#include "web/origin.hpp"

#include <array>
#include <string>
#include <string_view>

#include <arpa/inet.h>

namespace litellm_exporter {
namespace {

// Whether nobody can make a name of theirs mean this machine: a page of evil.example whose name now
// resolves to our address is of our own origin to the browser.
bool is_safe_from_rebinding(std::string_view authority) {
  const bool v6 = authority.starts_with('[');
  const std::size_t end = v6 ? authority.find(']') : authority.find(':');
  const std::string host{authority.substr(v6 ? 1 : 0, v6 && end != authority.npos ? end - 1 : end)};
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return host == "localhost" ||
         ::inet_pton(v6 ? AF_INET6 : AF_INET, host.c_str(), address.data()) == 1;
}

bool is_own(const std::string& origin, const httplib::Request& request) {
  const std::string host = request.get_header_value("Host");
  return request.get_header_value_count("Host") == 1 && is_safe_from_rebinding(host) &&
         (origin == "http://" + host || origin == "https://" + host);
}

}  // namespace

bool comes_from_another_origin(const httplib::Request& request) {
  const auto [first, last] = request.headers.equal_range("Origin");
  for (auto header = first; header != last; ++header) {
    if (!is_own(header->second, request)) {
      return true;
    }
  }
  // "none" is the user's own doing, such as a bookmark.
  const auto [begin, end] = request.headers.equal_range("Sec-Fetch-Site");
  for (auto header = begin; header != end; ++header) {
    if (header->second != "same-origin" && header->second != "none") {
      return true;
    }
  }
  return false;
}

}  // namespace litellm_exporter
