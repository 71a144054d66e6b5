// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "http/get.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// The size of an answer that lists models; a thousand with all their prices are about 3 MB. Parsed,
// it takes a multiple of that in memory.
inline constexpr std::size_t kLargestList = 4U << 20U;

// The configured proxies and how to speak to them. May be used from any thread.
//
// Only these paths are ever asked for: /health/liveliness, /health/readiness,
// /health/readiness/details, /health/backlog, /model/info, and /health if model_probe is on.
// /health/drain, /health/services and /health/test_connection act on the proxy.
class ProxyAccess {
 public:
  explicit ProxyAccess(const Config::Litellm& config);

  const std::vector<http::Url>& urls() const noexcept { return urls_; }
  bool has_key() const noexcept { return !key_.empty(); }
  // True if the key stands in what a proxy said: such a text must not become a label.
  bool reveals_key(std::string_view text) const;

  // Without the key, unless the proxy answers 401 or 403: then with it, and from then on at once.
  // LiteLLM's probes are open to everybody, but not in old versions, behind some root paths, and
  // where something before it asks for a key. A key that is refused here is not shown again for a
  // while, as with ask(); the answer is then the one to a question without it.
  http::Answer probe(const http::Url& url, const std::string& path, Milliseconds timeout,
                     const std::stop_token& stop);
  // With the key. Nothing if there is none, or while the proxy refuses it for this path, which a
  // key may be barred from: LiteLLM writes a row to its log for each refusal, so it is not asked
  // again for a while.
  std::optional<http::Answer> ask(const http::Url& url, const std::string& path,
                                  Milliseconds timeout, std::size_t largest,
                                  const std::stop_token& stop);
  // Once the proxy has refused the key for this path, for as long as it is not shown there again.
  bool refuses_key(const http::Url& url, const std::string& path) const;
  // The same in words.
  static std::string refusal(const http::Url& url, const std::string& path);
  // True if the proxy takes the key for some path.
  bool accepts_key(const http::Url& url) const;

 private:
  http::Options options(Milliseconds timeout) const;

  std::vector<http::Url> urls_;
  Secret key_;
  http::Options options_;
  mutable std::mutex mutex_;
  // By base URL and path.
  using Place = std::pair<std::string, std::string>;
  std::map<Place, std::chrono::steady_clock::time_point> refused_until_;
  std::set<Place> accepted_;
  // Probes that were refused without the key.
  std::set<Place> closed_;
};

}  // namespace litellm_exporter
