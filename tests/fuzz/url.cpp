// SPDX-License-Identifier: Apache-2.0
// The URL of a proxy or of a peer: what is shown of it holds no credentials and leads to the same
// place.
#include "http/url.hpp"

#include "fuzz.hpp"

using namespace litellm_exporter;
using fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = http::parse_url(fuzz::text_of(data, size));
  if (!url) {
    return 0;
  }
  const std::string shown = url->shown();
  require(fuzz::is_clean(shown), "it can be a label");
  require(shown.find('@') == std::string::npos, "credentials are not shown");
  require(!url->host.empty() && url->port >= 1 && url->port <= 65'535, "there is a server");
  require(!url->path.ends_with('/'), "paths can be put behind it");
  const auto again = http::parse_url(shown);
  require(again && again->host == url->host && again->port == url->port &&
              again->path == url->path && again->user.empty() && again->password.empty(),
          "what is shown leads to the same place");
  return 0;
}
