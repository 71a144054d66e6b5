// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.hpp"
#include "collectors/gauge_collector.hpp"
#include "poll/error.hpp"

#include <fmt/format.h>

#include <optional>
#include <stop_token>
#include <string>
#include <utility>

// What the subjects share that ask any proxy, because all of them say the same.
namespace litellm_exporter {

// The first good answer of any proxy with the key; throws PollError if there is none.
template <typename Judge>
auto ask_any(ProxyAccess& access, const std::string& path, Milliseconds timeout,
             const std::stop_token& stop, Judge judge) {
  std::string trouble = "there is no proxy";
  Reason reason = Reason::connect;
  for (const http::Url& url : access.urls()) {
    const auto answer = access.ask(url, path, timeout, kLargestList, stop);
    if (!answer || answer->status == 401 || answer->status == 403) {
      trouble = ProxyAccess::refusal(url, path);
      reason = Reason::permission;
      continue;
    }
    if (auto good = judge(*answer)) {
      return *good;
    }
    reason = answer->trouble ? Reason::connect : Reason::decode;
    trouble =
        fmt::format("{}{}: {}", url.shown(), path,
                    answer->trouble ? answer->trouble->words
                                    : fmt::format("answers {}, not as expected", answer->status));
  }
  throw PollError(reason, trouble);
}

// What a proxy said as a label; nothing if it is the key that the proxy was shown.
inline std::optional<std::string> label_of(const GaugeParts& parts, const std::string& text) {
  std::string label = clean_label(text, parts.config.limits.label_bytes);
  const bool secret = parts.proxies.reveals_key(text) || parts.proxies.reveals_key(label);
  return secret ? std::nullopt : std::optional{std::move(label)};
}

}  // namespace litellm_exporter
