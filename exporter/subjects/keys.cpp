// SPDX-License-Identifier: Apache-2.0
#include "names/key_id.hpp"
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

void read_keys(Reading& reading) {
  static const EntityTable keys = {
      .scope = "key",
      .table = "LiteLLM_VerificationToken",
      .id = {"token"},
      .show = key_id,
      .name = "key_alias",
      // Each login to LiteLLM's own pages makes a key with a small budget that expires within a
      // day: sessions, which nobody wants to be warned of.
      .condition = "e.team_id IS DISTINCT FROM 'litellm-dashboard'",
      .instants = {"expires", "key_rotation_at", "last_active"},
      .texts = {"team_id", "auto_rotate"},
      .columns = {"spend", "max_budget", "budget_reset_at", "rpm_limit", "tpm_limit", "blocked",
                  "budget_id"},
  };
  if (!reading.tables.find(keys.table, {"token", "team_id"})) {
    return;
  }
  read_entities(reading, keys, [&](const postgres::CopyRow& row, const std::string& id) {
    const LabelPairs labels = {{"key", id},
                               {"key_alias", reading.tables.label(row, kEntityName)},
                               {"team", reading.tables.label(row, kEntityExtra + 3)}};
    reading.findings.add(Gauge::key_expires, number(row, kEntityExtra), labels);
    // LiteLLM leaves the instant behind when rotation is switched off.
    if (is_true(row, kEntityExtra + 4)) {
      reading.findings.add(Gauge::key_rotation, number(row, kEntityExtra + 1), labels);
    }
    reading.findings.add(Gauge::key_last_active, number(row, kEntityExtra + 2), labels);
  });
}

}  // namespace litellm_exporter
