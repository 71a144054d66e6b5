// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <algorithm>
#include <charconv>

namespace litellm_exporter::http {
namespace {

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// host, host:port, [ipv6] or [ipv6]:port
bool is_authority(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (text.starts_with('[') && bracket == std::string_view::npos) {
    return false;
  }
  const std::size_t from = bracket == std::string_view::npos ? 0 : bracket + 1;
  const std::size_t colon = text.find(':', from);
  const std::string_view host = text.substr(0, std::min(colon, text.size()));
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  const bool port_ok = colon == std::string_view::npos ||
                       (!port.empty() && port.size() <= 5 &&
                        port.find_first_not_of("0123456789") == std::string_view::npos);
  const bool tail_ok = bracket == std::string_view::npos || host.size() == bracket + 1;
  return !host.empty() && port_ok && tail_ok;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t separator = text.find("://");
  const std::string_view scheme = text.substr(0, std::min(separator, text.size()));
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '"'; });
  if ((scheme != "http" && scheme != "https") || !printable ||
      text.find_first_of("?#\\") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view rest = text.substr(separator + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  Url url;
  url.path = rest.substr(slash);
  while (url.path.ends_with('/')) {
    url.path.pop_back();
  }
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view credentials = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const std::size_t colon = std::min(credentials.find(':'), credentials.size());
    url.user = percent_decoded(credentials.substr(0, colon));
    url.password =
        Secret{percent_decoded(credentials.substr(std::min(colon + 1, credentials.size())))};
  }
  if (!is_authority(authority)) {
    return std::nullopt;
  }
  url.origin = std::string{scheme} + "://" + std::string{authority};
  return url;
}

}  // namespace litellm_exporter::http
