// SPDX-License-Identifier: Apache-2.0
#include "subjects/subjects.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

constexpr const char* kHealth = "LiteLLM_HealthCheckTable";

}  // namespace

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
  reading.tables.snapshot().stream(
      fmt::format("SELECT DISTINCT ON (coalesce(nullif({0}, ''), model_name))"
                  " coalesce({0}, ''), model_name,"
                  " (status = 'healthy')::int, extract(epoch from checked_at) FROM {1}"
                  " WHERE checked_at >= (now() AT TIME ZONE 'UTC') - interval '1 day'"
                  " ORDER BY coalesce(nullif({0}, ''), model_name), checked_at DESC",
                  id, reading.tables.snapshot().table(kHealth)),
      [&](const postgres::CopyRow& row) {
        const std::string model_id = reading.tables.label(row, 0);
        const auto& names = reading.model_names.by_id;
        const auto named = names.find(model_id);
        const std::string checked = reading.tables.label(row, 1);
        // The proxy's list does not always name a wildcard; its checks do.
        const bool listed = named != names.end() && checked.find('*') == std::string::npos;
        const LabelPairs labels = {{"model", listed ? named->second : checked},
                                   {"model_id", model_id}};
        reading.findings.add(Gauge::model_healthy, number(row, 2), labels);
        reading.findings.add(Gauge::model_health_checked, number(row, 3), labels);
      });
}

}  // namespace litellm_exporter
