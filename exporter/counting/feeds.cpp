// SPDX-License-Identifier: Apache-2.0
#include "counting/feeds.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr auto kLabels = std::to_array<std::pair<std::string_view, Label Names::*>>({
    {"model", &Names::model},
    {"provider", &Names::provider},
    {"status", &Names::status},
    {"exception_class", &Names::exception_class},
    {"status_code", &Names::status_code},
    {"team", &Names::team},
    {"team_alias", &Names::team_alias},
    {"key", &Names::key},
    {"key_alias", &Names::key_alias},
    {"user", &Names::user},
    {"end_user", &Names::end_user},
    {"tool", &Names::tool},
    {"tag", &Names::tag},
    {"guardrail", &Names::guardrail},
});

// Not constexpr: the compiler refuses a family that gets here, and prints the name.
void names_have_no_such_label() {}

constexpr Label Names::*label_named(std::string_view name) {
  for (const auto& [known, label] : kLabels) {
    if (known == name) {
      return label;
    }
  }
  names_have_no_such_label();
  return nullptr;
}

std::optional<double> one(const Row& /*row*/) { return 1; }

template <auto kMember>
std::optional<double> value(const Row& row) {
  return row.*kMember;
}

}  // namespace

constexpr Feed::Feed(Family family, Per per, Amount amount)
    : family_(family), per_(per), amount_(amount), size_(info(family).labels.size()) {
  for (std::size_t i = 0; i < size_; ++i) {
    labels_.at(i) = label_named(info(family).labels.at(i));
  }
}

namespace {

constexpr auto kFeeds = std::to_array<Feed>({
    {Family::requests, Per::request, one},
    {Family::errors, Per::failure, one},
    {Family::request_duration, Per::request, value<&Row::duration>},
    {Family::time_to_first_token, Per::request, value<&Row::first_token>},
    {Family::time_per_output_token, Per::request, value<&Row::per_output_token>},
    {Family::spend, Per::request, value<&Row::spend>},
    {Family::input_tokens, Per::request, value<&Row::input_tokens>},
    {Family::output_tokens, Per::request, value<&Row::output_tokens>},
    {Family::input_cached_tokens, Per::request, value<&Row::cached_tokens>},
    {Family::input_cache_creation_tokens, Per::request, value<&Row::cache_creation_tokens>},
    {Family::output_reasoning_tokens, Per::request, value<&Row::reasoning_tokens>},
    {Family::cache_hits, Per::request, value<&Row::cache_hit>},
    {Family::unpriced_requests, Per::request, value<&Row::unpriced>},
    {Family::request_retries, Per::request, value<&Row::retries>},
    {Family::request_fallbacks, Per::request, value<&Row::fallbacks>},
    {Family::team_requests, Per::request, one},
    {Family::team_spend, Per::request, value<&Row::spend>},
    {Family::team_input_tokens, Per::request, value<&Row::input_tokens>},
    {Family::team_output_tokens, Per::request, value<&Row::output_tokens>},
    {Family::key_requests, Per::request, one},
    {Family::key_spend, Per::request, value<&Row::spend>},
    {Family::key_input_tokens, Per::request, value<&Row::input_tokens>},
    {Family::key_output_tokens, Per::request, value<&Row::output_tokens>},
    {Family::tag_requests, Per::tag, one},
    {Family::tag_spend, Per::tag, value<&Row::spend>},
    {Family::user_requests, Per::user, one},
    {Family::user_spend, Per::user, value<&Row::spend>},
    {Family::end_user_requests, Per::end_user, one},
    {Family::end_user_spend, Per::end_user, value<&Row::spend>},
    {Family::guardrail_evaluations, Per::guardrail, one},
    {Family::mcp_tool_calls, Per::tool, one},
});

constexpr bool feed_the_limited_families_in_order() {
  std::size_t next = 0;
  for (const Family family : kEnumerators<Family>) {
    if (is_limited(family)) {
      if (next == kFeeds.size() || kFeeds.at(next).family() != family) {
        return false;
      }
      ++next;
    }
  }
  return next == kFeeds.size();
}
static_assert(feed_the_limited_families_in_order(),
              "each family with limited labels needs one feed, in the order of the families");

}  // namespace

std::span<const Feed> feeds() { return kFeeds; }

const Feed& feed_of(Family family) { return *std::ranges::find(kFeeds, family, &Feed::family); }

}  // namespace litellm_exporter
