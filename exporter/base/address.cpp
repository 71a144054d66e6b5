// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace litellm_exporter {
namespace {

std::optional<int> parse_port(std::string_view text) {
  constexpr int kHighest = 65535;
  int port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  const bool good = error == std::errc{} && rest == end && port >= 1 && port <= kHighest;
  return good ? std::optional{port} : std::nullopt;
}

}  // namespace

std::string Address::shown() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<Address> parse_address(std::string_view text, std::optional<int> usual_port) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = text.find(bracketed ? ']' : ':');
  if (bracketed && end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = text.substr(std::min(bracketed ? end + 1 : end, text.size()));
  Address address;
  address.host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  if (address.host.find_first_of("[]") != std::string::npos) {
    return std::nullopt;
  }
  std::optional<int> port = usual_port;
  if (!rest.empty()) {
    port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
  }
  address.port = port.value_or(0);
  return port ? std::optional{std::move(address)} : std::nullopt;
}

}  // namespace litellm_exporter
