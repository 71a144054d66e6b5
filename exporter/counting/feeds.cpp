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
    {"requested_model", &Names::requested_model},
    {"route", &Names::route},
    {"origin", &Names::origin},
    {"service_tier", &Names::service_tier},
    {"deployment", &Names::deployment},
    {"upstream_model", &Names::upstream_model},
    {"api_host", &Names::api_host},
    {"organization", &Names::organization},
    {"organization_alias", &Names::organization_alias},
    {"project", &Names::project},
    {"project_alias", &Names::project_alias},
    {"agent", &Names::agent},
    {"agent_name", &Names::agent_name},
    {"tag", &Names::tag},
    {"guardrail", &Names::guardrail},
    {"dimension", &Names::dimension},
    {"value", &Names::value},
    {"category", &Names::category},
    {"outcome", &Names::outcome},
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

// Or several rows alike.
std::optional<double> one(const Row& row, const Names& names) {
  return names.growth.value_or(row.requests);
}

template <auto kMember>
std::optional<double> value(const Row& row, const Names& /*names*/) {
  return row.*kMember;
}

// Of what few deployments use: the others have no series of it.
template <auto kMember>
std::optional<double> if_any(const Row& row, const Names& /*names*/) {
  return row.*kMember > 0 ? std::optional<double>{row.*kMember} : std::nullopt;
}

std::optional<double> guardrail_time(const Row& /*row*/, const Names& names) {
  return names.guardrail_seconds;
}

std::optional<double> growth(const Row& /*row*/, const Names& names) { return names.growth; }

std::optional<double> failed(const Row& row, const Names& /*names*/) {
  return row.success ? std::nullopt : std::optional<double>{1};
}

std::optional<double> time_of_success(const Row& row, const Names& /*names*/) {
  return row.success ? row.duration : std::nullopt;
}

// What failed was asked for by a name that need not be the upstream's.
std::optional<double> known_upstream(const Row& row, const Names& /*names*/) {
  return row.success && !row.upstream_model.empty() ? std::optional<double>{1} : std::nullopt;
}

}  // namespace

constexpr Feed::Feed(Family family, Per per, Amount amount, Rows rows, std::optional<Summed> summed)
    : family_(family),
      per_(per),
      amount_(amount),
      rows_(rows),
      summed_(summed),
      size_(info(family).labels.size()) {
  for (std::size_t i = 0; i < size_; ++i) {
    labels_.at(i) = label_named(info(family).labels.at(i));
  }
}

namespace {

constexpr auto kFeeds = std::to_array<Feed>({
    {Family::requests, Per::call, one, Rows::requests, Summed{SumOf::model}},
    {Family::errors, Per::failure, one, Rows::requests, Summed{SumOf::model, Measure::failures}},
    {Family::request_duration, Per::call, value<&Row::duration>},
    {Family::response_time, Per::call, value<&Row::summed_seconds>, Rows::requests,
     Summed{SumOf::upstream, Measure::response_seconds}},
    {Family::timed_requests, Per::call, value<&Row::timed_requests>, Rows::requests,
     Summed{SumOf::upstream, Measure::timed_requests}},
    {Family::time_to_first_token, Per::call, value<&Row::first_token>},
    {Family::time_per_output_token, Per::call, value<&Row::per_output_token>},
    {Family::spend, Per::call, value<&Row::spend>, Rows::all, Summed{SumOf::model, Measure::spend}},
    {Family::input_tokens, Per::call, value<&Row::input_tokens>, Rows::all,
     Summed{SumOf::model, Measure::input_tokens}},
    {Family::output_tokens, Per::call, value<&Row::output_tokens>, Rows::all,
     Summed{SumOf::model, Measure::output_tokens}},
    {Family::input_cached_tokens, Per::call, value<&Row::cached_tokens>, Rows::all,
     Summed{SumOf::upstream, Measure::cached_tokens}},
    {Family::input_cache_creation_tokens, Per::call, value<&Row::cache_creation_tokens>, Rows::all,
     Summed{SumOf::upstream, Measure::cache_creation_tokens}},
    {Family::output_reasoning_tokens, Per::call, value<&Row::reasoning_tokens>, Rows::all},
    {Family::input_audio_tokens, Per::call, if_any<&Row::input_audio_tokens>, Rows::all},
    {Family::output_audio_tokens, Per::call, if_any<&Row::output_audio_tokens>, Rows::all},
    {Family::input_image_tokens, Per::call, if_any<&Row::input_image_tokens>, Rows::all},
    {Family::output_image_tokens, Per::call, if_any<&Row::output_image_tokens>, Rows::all},
    {Family::input_cost, Per::call, if_any<&Row::input_cost>, Rows::all},
    {Family::output_cost, Per::call, if_any<&Row::output_cost>, Rows::all},
    {Family::tool_cost, Per::call, if_any<&Row::tool_cost>, Rows::all},
    {Family::cache_hits, Per::call, value<&Row::cache_hit>},
    {Family::unpriced_requests, Per::call, value<&Row::unpriced>},
    {Family::request_retries, Per::call, value<&Row::retries>},
    {Family::request_fallbacks, Per::call, value<&Row::fallbacks>},
    {Family::model_fallbacks, Per::fallback, one},
    {Family::client_disconnects, Per::disconnect, one},
    {Family::overhead, Per::call, value<&Row::overhead>},
    {Family::route_requests, Per::call, one},
    {Family::internal_calls, Per::internal_call, one, Rows::all},
    {Family::health_probes, Per::health_probe, one, Rows::all},
    {Family::service_tier_requests, Per::service_tier, one},
    {Family::service_tier_spend, Per::service_tier, value<&Row::spend>, Rows::all},
    {Family::upstream_requests, Per::deployment, one},
    {Family::upstream_errors, Per::deployment, failed},
    {Family::upstream_request_duration, Per::deployment, time_of_success},
    {Family::upstream_spend, Per::deployment, value<&Row::spend>, Rows::all},
    {Family::upstream_output_tokens, Per::deployment, value<&Row::output_tokens>, Rows::all},
    {Family::upstream_info, Per::deployment, known_upstream},
    {Family::team_requests, Per::call, one, Rows::requests, Summed{SumOf::team}},
    {Family::team_spend, Per::call, value<&Row::spend>, Rows::all,
     Summed{SumOf::team, Measure::spend}},
    {Family::team_input_tokens, Per::call, value<&Row::input_tokens>, Rows::all,
     Summed{SumOf::team, Measure::input_tokens}},
    {Family::team_output_tokens, Per::call, value<&Row::output_tokens>, Rows::all,
     Summed{SumOf::team, Measure::output_tokens}},
    {Family::key_requests, Per::call, one, Rows::requests, Summed{SumOf::key}},
    {Family::key_spend, Per::call, value<&Row::spend>, Rows::all,
     Summed{SumOf::key, Measure::spend}},
    {Family::key_input_tokens, Per::call, value<&Row::input_tokens>, Rows::all,
     Summed{SumOf::key, Measure::input_tokens}},
    {Family::key_output_tokens, Per::call, value<&Row::output_tokens>, Rows::all,
     Summed{SumOf::key, Measure::output_tokens}},
    {Family::organization_requests, Per::organization, one, Rows::requests,
     Summed{SumOf::organization}},
    {Family::organization_spend, Per::organization, value<&Row::spend>, Rows::all,
     Summed{SumOf::organization, Measure::spend}},
    {Family::organization_input_tokens, Per::organization, value<&Row::input_tokens>, Rows::all,
     Summed{SumOf::organization, Measure::input_tokens}},
    {Family::organization_output_tokens, Per::organization, value<&Row::output_tokens>, Rows::all,
     Summed{SumOf::organization, Measure::output_tokens}},
    {Family::project_requests, Per::project, one},
    {Family::project_spend, Per::project, value<&Row::spend>, Rows::all},
    {Family::project_input_tokens, Per::project, value<&Row::input_tokens>, Rows::all},
    {Family::project_output_tokens, Per::project, value<&Row::output_tokens>, Rows::all},
    {Family::agent_requests, Per::agent, one, Rows::requests, Summed{SumOf::agent}},
    {Family::agent_spend, Per::agent, value<&Row::spend>, Rows::all,
     Summed{SumOf::agent, Measure::spend}},
    {Family::agent_input_tokens, Per::agent, value<&Row::input_tokens>, Rows::all,
     Summed{SumOf::agent, Measure::input_tokens}},
    {Family::agent_output_tokens, Per::agent, value<&Row::output_tokens>, Rows::all,
     Summed{SumOf::agent, Measure::output_tokens}},
    {Family::tag_requests, Per::tag, one, Rows::requests, Summed{SumOf::tag}},
    {Family::tag_spend, Per::tag, value<&Row::spend>, Rows::all,
     Summed{SumOf::tag, Measure::spend}},
    {Family::user_requests, Per::user, one, Rows::requests, Summed{SumOf::user}},
    {Family::user_spend, Per::user, value<&Row::spend>, Rows::all,
     Summed{SumOf::user, Measure::spend}},
    {Family::end_user_requests, Per::end_user, one, Rows::requests, Summed{SumOf::end_user}},
    {Family::end_user_spend, Per::end_user, value<&Row::spend>, Rows::all,
     Summed{SumOf::end_user, Measure::spend}},
    {Family::guardrail_evaluations, Per::guardrail, one, Rows::all},
    {Family::guardrail_duration, Per::guardrail, guardrail_time, Rows::all},
    {Family::mcp_tool_calls, Per::tool, one, Rows::all, Summed{SumOf::tool}},
    {Family::mcp_tool_spend, Per::tool, value<&Row::spend>, Rows::all,
     Summed{SumOf::tool, Measure::spend}},
    {Family::dimension_requests, Per::dimension, one},
    {Family::dimension_spend, Per::dimension, value<&Row::spend>, Rows::all},
    {Family::dimension_input_tokens, Per::dimension, value<&Row::input_tokens>, Rows::all},
    {Family::dimension_output_tokens, Per::dimension, value<&Row::output_tokens>, Rows::all},
    {Family::gateway_requests, Per::gateway_request, growth},
    {Family::gateway_errors, Per::gateway_error, growth},
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
