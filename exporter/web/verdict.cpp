// SPDX-License-Identifier: Apache-2.0
#include "web/verdict.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace litellm_exporter {
namespace {

using std::chrono::hours;

// One failure among few says nothing.
constexpr double kEnoughRequests = 20;

std::string words_of(const std::vector<Outages::Outage>& outages) {
  const auto since = std::ranges::min(outages, {}, &Outages::Outage::since).since;
  std::string names;
  for (const Outages::Outage& outage : outages) {
    names += (names.empty() ? "" : ", ") + outage.provider;
  }
  return fmt::format("{} {} since {:%H:%M} UTC", names, outages.size() == 1 ? "fails" : "fail",
                     std::chrono::floor<std::chrono::minutes>(since));
}

}  // namespace

Verdict verdict_of(const Summary& summary, const SelfView& view) {
  if (!view.cluster.is_active) {
    const auto active = std::ranges::find_if(view.cluster.peers, &ClusterView::Peer::is_active);
    return active == view.cluster.peers.end()
               ? Verdict{false, "This exporter stands by, and no other one counts"}
               : Verdict{true, "This exporter stands by; the numbers are at " + active->name};
  }
  const bool polled =
      std::ranges::any_of(view.collectors, [](const auto& status) { return status.polls > 0; });
  if (!polled) {
    return {true, "LiteLLM: the first look is under way"};
  }
  if (view.proxies.watched > 0 && view.proxies.up == 0) {
    return {false, "LiteLLM does not answer"};
  }
  if (!view.database_up) {
    return {false, "LiteLLM's database does not answer"};
  }
  if (!summary.outages.empty()) {
    return {false, words_of(summary.outages)};
  }
  const Totals& before = summary.at_hour(std::chrono::floor<hours>(summary.at) - hours(1));
  const double requests = summary.now.requests - before.requests;
  const double failures = summary.now.failures - before.failures;
  if (requests >= kEnoughRequests && failures > kManyErrors * requests) {
    return {false,
            fmt::format("LiteLLM: {:.0f} % of the requests fail", 100 * failures / requests)};
  }
  if (view.proxies.up < view.proxies.watched) {
    return {false, fmt::format("LiteLLM: {} of {} proxies do not answer",
                               view.proxies.watched - view.proxies.up, view.proxies.watched)};
  }
  return {true, "LiteLLM works"};
}

}  // namespace litellm_exporter
