// SPDX-License-Identifier: Apache-2.0
#include "names/key_id.hpp"
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

constexpr Gauge kExpires = {
    .name = "litellm_key_expires_timestamp_seconds",
    .help = "When the key expires, from LiteLLM_VerificationToken; it stays while the key exists."};
constexpr Gauge kRotation = {
    .name = "litellm_key_rotation_timestamp_seconds",
    .help = "When the key is rotated next, from LiteLLM_VerificationToken.key_rotation_at."};
constexpr Gauge kLastActive = {
    .name = "litellm_key_last_active_timestamp_seconds",
    .help = "When the key was last used, from LiteLLM_VerificationToken.last_active."};

void read_keys(Reading& reading) {
  static const EntityTable keys = {
      .scope = "key",
      .table = "LiteLLM_VerificationToken",
      .id = {"token"},
      .show = key_id,
      .name = "key_alias",
      .increase = EntityTable::Increase::metadata,
      .nothing_blocks = true,
      .windows = "key",
      .model_budgets = "virtual_key_spend",
      .model_rates = true,
      // Each login to LiteLLM's own pages makes a key with a small budget that expires within a
      // day: sessions, which nobody wants to be warned of.
      .condition = "e.team_id IS DISTINCT FROM 'litellm-dashboard'",
      .instants = {"expires", "key_rotation_at", "last_active"},
      .texts = {"team_id", "auto_rotate"},
      .columns = {"spend", "max_budget", "budget_reset_at", "rpm_limit", "tpm_limit", "blocked",
                  "budget_id", "metadata", "tpd_limit", "max_parallel_requests"},
  };
  if (!reading.tables.find(keys.table, {"token", "team_id"})) {
    return;
  }
  read_entities(reading, keys, [&](const EntityRow& row) {
    const LabelPairs labels = {{"key", row.id},
                               {"key_alias", row.name},
                               {"team", reading.tables.label(row.values, row.place_of("team_id"))}};
    const auto instant = [&](const char* column) {
      return number(row.values, row.place_of(column));
    };
    reading.findings.add(kExpires, instant("expires"), labels);
    // LiteLLM leaves the instant behind when rotation is switched off.
    if (is_true(row.values, row.place_of("auto_rotate"))) {
      reading.findings.add(kRotation, instant("key_rotation_at"), labels);
    }
    reading.findings.add(kLastActive, instant("last_active"), labels);
  });
}

}  // namespace

constinit const TableSubject keys_subject = {
    .info = {.name = "keys",
             .summary = "budgets, rate limits, blocks and expiry of virtual keys",
             .source = Source::database},
    .read = read_keys};

}  // namespace litellm_exporter
