// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "base/text.hpp"

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

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

std::optional<int> parse_port(std::string_view text) {
  constexpr int kHighest = 65535;
  int port = 0;
  const char* const end = text.data() + text.size();
  const bool whole = std::from_chars(text.data(), end, port).ptr == end;
  return !text.empty() && whole && port >= 1 && port <= kHighest ? std::optional{port}
                                                                 : std::nullopt;
}

// Reads host, host:port, [ipv6] or [ipv6]:port into the URL; false if it is none of them.
bool read_authority(std::string_view text, int usual_port, Url& url) {
  const bool bracketed = text.starts_with('[');
  const std::size_t bracket = bracketed ? text.find(']') : 0;
  if (bracket == std::string_view::npos) {
    return false;
  }
  const std::size_t colon = text.find(':', bracket);
  const std::string_view host = text.substr(0, std::min(colon, text.size()));
  if (host.empty() || (bracketed && host.size() != bracket + 1)) {
    return false;
  }
  const auto port = colon == std::string_view::npos ? std::optional{usual_port}
                                                    : parse_port(text.substr(colon + 1));
  url.host = bracketed ? host.substr(1, host.size() - 2) : host;
  url.port = port.value_or(0);
  return port && !url.host.empty();
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t separator = text.find("://");
  const std::string_view scheme = text.substr(0, std::min(separator, text.size()));
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return is_visible(c) && c != '"'; });
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
  // An @ further back is a password with a slash in it: it would be shown as a part of the path.
  if (url.path.find('@') != std::string::npos ||
      !read_authority(authority, scheme == "https" ? kHttpsPort : kHttpPort, url)) {
    return std::nullopt;
  }
  url.origin = std::string{scheme} + "://" + std::string{authority};
  return url;
}

}  // namespace litellm_exporter::http
