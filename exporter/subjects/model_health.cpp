// SPDX-License-Identifier: Apache-2.0
#include "subjects/model_health.hpp"

#include "subjects/registry.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

constexpr Gauge kHealthy = {
    .name = "litellm_model_healthy",
    .help = "1 if the model's last health check in LiteLLM succeeded, else 0."};
constexpr Gauge kChecked = {.name = "litellm_model_health_checked_timestamp_seconds",
                            .help = "When LiteLLM stored the model's last health check."};

constexpr const char* kHealth = "LiteLLM_HealthCheckTable";

// An append-only history: the newest row of each model is its state. A deployment keeps its id when
// it is renamed; without ids there are the names. LiteLLM writes a row when the state changes and
// at least every hour, so that what is older than a day is about models that are gone, or was asked
// for by hand. https://docs.litellm.ai/docs/proxy/health
void read_model_health(Reading& reading) {
  const auto table = reading.tables.find(kHealth, {"model_name", "status", "checked_at"});
  if (!table) {
    return;
  }
  const char* const id = reading.tables.can_read(*table, "model_id") ? "model_id" : "NULL::text";
  reading.tables.stream(
      fmt::format("SELECT DISTINCT ON (coalesce(nullif({0}, ''), model_name))"
                  " coalesce({0}, ''), model_name,"
                  " (status = 'healthy')::int, extract(epoch from checked_at) FROM {1}"
                  " WHERE checked_at >= (now() AT TIME ZONE 'UTC') - interval '1 day'"
                  " ORDER BY coalesce(nullif({0}, ''), model_name), checked_at DESC",
                  id, reading.tables.quoted(kHealth)),
      [&](const postgres::CopyRow& row) {
        const std::string model_id = reading.tables.label(row, 0);
        const auto& names = reading.model_names.by_id;
        const auto named = names.find(model_id);
        const std::string checked = reading.tables.label(row, 1);
        // The proxy's list does not always name a wildcard; its checks do.
        const bool listed = named != names.end() && checked.find('*') == std::string::npos;
        add_model_health(reading.findings, number(row, 2), number(row, 3),
                         {{"model", listed ? named->second : checked}, {"model_id", model_id}});
      });
}

// One family cannot have two truths: the probe replaces what the table says.
bool is_probed(const Config& config) {
  return config.collectors.at("model_probe").enabled && !config.litellm.key.empty() &&
         !config.litellm.urls.empty();
}

}  // namespace

void add_model_health(Findings& findings, std::optional<double> healthy,
                      std::optional<double> checked, const LabelPairs& labels) {
  findings.add(kHealthy, healthy, labels);
  findings.add(kChecked, checked, labels);
}

constinit const TableSubject model_health_subject = {
    .info = {.name = "model_health",
             .summary = "model health as LiteLLM's background checks stored it",
             .source = Source::database},
    .read = read_model_health,
    .superseded = is_probed};

}  // namespace litellm_exporter
