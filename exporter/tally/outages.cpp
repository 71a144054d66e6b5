// SPDX-License-Identifier: Apache-2.0
#include "tally/outages.hpp"

#include "base/label_values.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace litellm_exporter {
namespace {

constexpr std::chrono::minutes kWindow{5};
// Samples need not be closer, however often is polled.
constexpr std::chrono::seconds kSpacing{10};
constexpr double kMostFail = 0.48;
constexpr double kEnoughFaults = 10;
// An outage ends when three in four succeed, or nobody has asked for an hour.
constexpr double kFewFail = 0.25;
constexpr std::chrono::hours kForgotten{1};

// Of the 4xx those that are a provider's fault or that of our account there, as in
// rules/recording/requests.yml.
bool is_client_error(std::string_view code) {
  constexpr std::array<std::string_view, 13> kOurs = {
      "401", "402", "403", "407", "408", "421", "424", "425", "429", "495", "496", "497", "498"};
  return code.size() == 3 && code.front() == '4' && std::ranges::find(kOurs, code) == kOurs.end();
}

}  // namespace

void Outages::update(const Providers& providers, Time now) {
  const bool back =
      !window_.empty() && (now < window_.back().at ||
                           std::ranges::any_of(window_.back().providers, [&](const auto& known) {
                             const auto found = providers.find(known.first);
                             return found == providers.end() ||
                                    found->second.requests < known.second.requests;
                           }));
  if (back) {
    window_.clear();
    failing_.clear();
  }
  if (!window_.empty()) {
    for (const auto& [provider, counts] : providers) {
      judge(provider, counts, now);
    }
  }
  if (window_.empty() || now - window_.back().at >= kSpacing) {
    window_.push_back({now, providers});
  }
  while (window_.size() > 1 && now - window_[1].at >= kWindow) {
    window_.pop_front();
  }
}

// A provider that comes up within the window has counted nothing before.
Outages::Counts Outages::before(const Sample& sample, const std::string& provider) const {
  const auto found = sample.providers.find(provider);
  return found == sample.providers.end() ? Counts{} : found->second;
}

void Outages::judge(const std::string& provider, const Counts& counts, Time now) {
  const Counts old = before(window_.front(), provider);
  const double requests = counts.requests - old.requests;
  const double faults = counts.faults - old.faults;
  const auto known = failing_.find(provider);
  if (known == failing_.end()) {
    if (faults >= kEnoughFaults && faults > kMostFail * requests) {
      failing_.try_emplace(provider, Failing{first_fault(provider, counts, now), now});
    }
    return;
  }
  if (requests > 0) {
    known->second.last_request = now;
  }
  if ((requests > 0 && faults <= kFewFail * requests) ||
      now - known->second.last_request > kForgotten) {
    failing_.erase(known);
  }
}

// When it was first seen that most fail, without a look that says otherwise since then.
Outages::Time Outages::first_fault(const std::string& provider, const Counts& counts,
                                   Time now) const {
  Time since = now;
  Time seen = now;
  Counts later = counts;
  for (std::size_t i = window_.size(); i > 0; --i) {
    const Sample& sample = window_[i - 1];
    const Counts earlier = before(sample, provider);
    const double requests = later.requests - earlier.requests;
    if (requests > 0 && later.faults - earlier.faults <= kMostFail * requests) {
      break;
    }
    since = requests > 0 ? seen : since;
    seen = sample.at;
    later = earlier;
  }
  return since;
}

std::vector<Outages::Outage> Outages::current() const {
  std::vector<Outage> outages;
  outages.reserve(failing_.size());
  for (const auto& [provider, failing] : failing_) {
    outages.push_back({provider, failing.since});
  }
  return outages;
}

Outages::Providers providers_of(const SeriesStore& store) {
  Outages::Providers providers;
  const auto& requests = info(Family::requests).labels;
  const std::size_t whose = requests.position("provider");
  const std::size_t status = requests.position("status");
  for (const auto& [key, series] : store.series(Family::requests)) {
    const auto labels = SeriesStore::split(key);
    if (series.shown && labels.at(whose) != kUnknown) {
      auto& counts = providers[std::string{labels.at(whose)}];
      counts.requests += series.value;
      counts.faults += labels.at(status) == kFailure ? series.value : 0;
    }
  }
  const auto& errors = info(Family::errors).labels;
  const std::size_t of_error = errors.position("provider");
  const std::size_t code = errors.position("status_code");
  for (const auto& [key, series] : store.series(Family::errors)) {
    const auto labels = SeriesStore::split(key);
    const auto found = providers.find(std::string{labels.at(of_error)});
    if (series.shown && found != providers.end() && is_client_error(labels.at(code))) {
      found->second.faults -= series.value;
    }
  }
  return providers;
}

}  // namespace litellm_exporter
