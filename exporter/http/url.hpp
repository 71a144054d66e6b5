// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter::http {

// A base URL, taken apart once.
struct Url {
  // Scheme, host and port, as clients need it: http://127.0.0.1:24157
  std::string origin;
  // Without the brackets of an IPv6 address.
  std::string host;
  int port = 0;
  // Without a slash at the end; empty for a server at the root.
  std::string path;
  std::string user;
  Secret password;

  // For labels and logs: without credentials.
  std::string shown() const { return origin + path; }
  // For the header Host: the port only where it is not the scheme's own.
  std::string authority() const;
  bool is_tls() const { return origin.starts_with("https://"); }
  bool operator==(const Url&) const = default;
};

// Nothing for what is no http or https URL, or has a query or a fragment.
std::optional<Url> parse_url(std::string_view text);

}  // namespace litellm_exporter::http
