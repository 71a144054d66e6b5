// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "base/address.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

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

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t separator = text.find("://");
  const std::string_view scheme = text.substr(0, std::min(separator, text.size()));
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return is_visible(c) && c != '"'; });
  if (separator == std::string_view::npos || (scheme != "http" && scheme != "https") ||
      !printable || text.find_first_of("?#\\") != std::string_view::npos) {
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
  auto address = parse_address(authority, scheme == "https" ? kHttpsPort : kHttpPort);
  // An @ further back is a password with a slash in it: it would be shown as a part of the path.
  if (url.path.find('@') != std::string::npos || !address || address->host.empty()) {
    return std::nullopt;
  }
  url.host = std::move(address->host);
  url.port = address->port;
  url.origin = std::string{scheme} + "://" + std::string{authority};
  return url;
}

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (is_tls() ? kHttpsPort : kHttpPort) ? name : name + ":" + std::to_string(port);
}

}  // namespace litellm_exporter::http
