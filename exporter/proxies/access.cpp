// SPDX-License-Identifier: Apache-2.0
#include "proxies/access.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::minutes kRefused{10};
constexpr std::size_t kLargestProbe = 65'536;

bool refused(const http::Answer& answer) { return answer.status == 401 || answer.status == 403; }

}  // namespace

ProxyAccess::ProxyAccess(const Config::Litellm& config)
    : key_(config.key), options_{config.timeout, config.ca_file, config.insecure_skip_verify} {
  for (const std::string& text : config.urls) {
    // Checked when the configuration was loaded.
    urls_.push_back(http::parse_url(text).value());
  }
}

bool ProxyAccess::reveals_key(std::string_view text) const {
  return has_key() && text.find(key_.reveal()) != std::string_view::npos;
}

http::Options ProxyAccess::options(Milliseconds timeout) const {
  http::Options options = options_;
  options.timeout = timeout;
  return options;
}

http::Answer ProxyAccess::probe(const http::Url& url, const std::string& path, Milliseconds timeout,
                                const std::stop_token& stop) {
  const Place place{url.shown(), path};
  const auto without_key = [&] {
    http::Answer answer = http::get(url, path, Secret{}, options(timeout), kLargestProbe, stop);
    const std::lock_guard lock(mutex_);
    refused(answer) ? void(closed_.insert(place)) : void(closed_.erase(place));
    return answer;
  };
  const auto is_closed = [&] {
    const std::lock_guard lock(mutex_);
    return closed_.contains(place);
  };
  std::optional<http::Answer> open = is_closed() ? std::nullopt : std::optional{without_key()};
  if (open && !refused(*open)) {
    return *open;
  }
  if (auto answer = ask(url, path, timeout, kLargestProbe, stop)) {
    return *answer;
  }
  return open ? *open : without_key();
}

std::optional<http::Answer> ProxyAccess::ask(const http::Url& url, const std::string& path,
                                             Milliseconds timeout, std::size_t largest,
                                             const std::stop_token& stop) {
  if (key_.empty() || refuses_key(url, path)) {
    return std::nullopt;
  }
  http::Answer answer = http::get(url, path, key_, options(timeout), largest, stop);
  const Place place{url.shown(), path};
  const std::lock_guard lock(mutex_);
  if (refused(answer)) {
    refused_until_[place] = Steady::now() + kRefused;
    if (accepted_.erase(place) > 0) {
      // It was good for this path: nothing is known of the others any more.
      std::erase_if(accepted_, [&](const Place& each) { return each.first == place.first; });
    }
  } else if (answer.status == 200) {
    accepted_.insert(place);
  }
  return answer;
}

bool ProxyAccess::accepts_key(const http::Url& url) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(accepted_,
                             [&](const Place& place) { return place.first == url.shown(); });
}

bool ProxyAccess::refuses_key(const http::Url& url, const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = refused_until_.find({url.shown(), path});
  return found != refused_until_.end() && Steady::now() < found->second;
}

std::string ProxyAccess::refusal(const http::Url& url, const std::string& path) {
  return url.shown() + path +
         " refuses litellm.key; it is not sent there again for ten minutes or until a reload";
}

}  // namespace litellm_exporter
