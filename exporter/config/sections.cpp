// SPDX-License-Identifier: Apache-2.0
#include "config/sections.hpp"

#include "config/error.hpp"
#include "config/secret_sources.hpp"
#include "config/values.hpp"

namespace litellm_exporter {
namespace {

void read_database(YamlMap map, Config::Database& target) {
  read_secret(map, "url", keep_database_url(target));
  map.read("poll_interval", target.poll_interval, {"1s", "1h"});
  map.read("statement_timeout", target.statement_timeout, {"100ms", "1h"});
  map.read("connect_timeout", target.connect_timeout, {"1s", "1m"});
  map.finish();
}

Config::SpendLog::Source parse_source(const std::string& text) {
  using Source = Config::SpendLog::Source;
  if (text == "auto") {
    return Source::automatic;
  }
  if (text == "log") {
    return Source::log;
  }
  if (text == "ledger") {
    return Source::ledger;
  }
  if (text == "daily") {
    return Source::daily;
  }
  throw ConfigError("must be auto, log, ledger or daily");
}

void read_spend_log(YamlMap map, Config::SpendLog& target) {
  map.read("source", target.source, parse_source);
  map.read("window", target.window, {"1s", "7d"});
  map.read("sweep_window", target.sweep_window, {"1s", "30d"});
  map.read("sweep_interval", target.sweep_interval, {"1s", "1d"});
  if (target.sweep_window < target.window) {
    map.fail("sweep_window",
             "must be at least as long as window (" + format_duration(target.window) + ")");
  }
  map.finish();
}

void read_entities(YamlMap map, Config::Entities& target) {
  map.read("poll_interval", target.poll_interval, {"1s", "1d"});
  map.read("user_names", target.user_names);
  map.read("end_user_budget_id", target.end_user_budget_id);
  map.finish();
}

void read_litellm(YamlMap map, Config::Litellm& target) {
  map.read("urls", target.urls, parse_base_urls);
  read_secret(map, "key", keep_key(target));
  map.read("poll_interval", target.poll_interval, {"1s", "1h"});
  map.read("timeout", target.timeout, {"100ms", "1m"});
  map.read("ca_file", target.ca_file, parse_ca_file);
  map.read("insecure_skip_verify", target.insecure_skip_verify);
  map.finish();
}

void read_cluster(YamlMap map, Config::Cluster& target) {
  map.read("peers", target.peers, parse_base_urls);
  read_secret(map, "secret", keep_cluster_secret(target));
  map.read("ca_file", target.ca_file, parse_ca_file);
  map.read("insecure_skip_verify", target.insecure_skip_verify);
  map.finish();
}

void read_limits(YamlMap map, Config::Limits& target) {
  constexpr std::size_t kMost = 100'000'000;
  map.read("series_per_family", target.series_per_family, {1, kMost});
  map.read("unverified_names", target.unverified_names, {1, kMost});
  map.read("label_bytes", target.label_bytes, {64, 4096});
  map.finish();
}

void read_families(YamlMap map, FamilySwitches& target) {
  map.read("teams", target.teams);
  map.read("keys", target.keys);
  map.read("tags", target.tags);
  map.read("users", target.users);
  map.read("end_users", target.end_users);
  map.read("guardrails", target.guardrails);
  map.read("mcp_tools", target.mcp_tools);
  map.read("media_tokens", target.media_tokens);
  map.read("costs", target.costs);
  map.read("overhead", target.overhead);
  map.read("fallbacks", target.fallbacks);
  map.read("client_disconnects", target.client_disconnects);
  map.read("internal_calls", target.internal_calls);
  map.read("service_tiers", target.service_tiers);
  map.read("routes", target.routes);
  map.read("deployments", target.deployments);
  map.read("organizations", target.organizations);
  map.read("projects", target.projects);
  map.read("agents", target.agents);
  map.read("health_probes", target.health_probes);
  map.read("gateway", target.gateway);
  map.finish();
}

void read_histograms(YamlMap map, Config::Histograms& target) {
  map.read("request_duration_seconds", target.request_duration_seconds, parse_bounds);
  map.read("time_to_first_token_seconds", target.time_to_first_token_seconds, parse_bounds);
  map.read("time_per_output_token_seconds", target.time_per_output_token_seconds, parse_bounds);
  map.read("overhead_seconds", target.overhead_seconds, parse_bounds);
  map.read("guardrail_duration_seconds", target.guardrail_duration_seconds, parse_bounds);
  map.read("upstream_request_duration_seconds", target.upstream_request_duration_seconds,
           parse_bounds);
  map.finish();
}

void read_collectors(YamlMap map, SubjectList subjects, Config& config) {
  for (const SubjectInfo& subject : subjects) {
    const std::string name{subject.name};
    Config::Collector& target = config.collectors[name];
    target.enabled =
        target.enabled || (subject.asked_by != nullptr && config.families.*subject.asked_by);
    YamlMap one = map.section(name);
    one.read("enabled", target.enabled);
    one.read("poll_interval", target.poll_interval, {"1s", "1d"});
    one.read("timeout", target.timeout, {"100ms", "10m"});
    one.finish();
  }
  map.finish();
}

void read_objectives(YamlMap map, Config::Objectives& target) {
  map.read("availability_ratio", target.availability_ratio, parse_ratio);
  map.read("latency_seconds", target.latency_seconds, parse_latencies);
  map.read("daily_spend_usd", target.daily_spend_usd, parse_amount);
  map.finish();
}

void read_web(YamlMap map, Config::Web& target) {
  map.read("listen_address", target.listen_address, parse_listen_address);
  map.read("telemetry_path", target.telemetry_path, parse_telemetry_path);
  map.read("config_file", target.config_file);
  map.read("enable_lifecycle", target.enable_lifecycle);
  map.read("frame_ancestors", target.frame_ancestors, parse_origins);
  map.finish();
}

void read_log(YamlMap map, Config::Log& target) {
  map.read("level", target.level, parse_level);
  map.read("format", target.format, parse_format);
  map.finish();
}

void read_storage(YamlMap map, Config::Storage& target) {
  map.read("path", target.path);
  map.finish();
}

}  // namespace

void read_sections(YamlMap& root, SubjectList subjects, Config& config) {
  read_database(root.section("database"), config.database);
  read_spend_log(root.section("spend_log"), config.spend_log);
  read_entities(root.section("entities"), config.entities);
  read_litellm(root.section("litellm"), config.litellm);
  read_cluster(root.section("cluster"), config.cluster);
  read_limits(root.section("limits"), config.limits);
  read_families(root.section("families"), config.families);
  root.read("dimensions", config.dimensions, parse_dimensions);
  read_histograms(root.section("histograms"), config.histograms);
  // After the families, which may ask for a collector.
  read_collectors(root.section("collectors"), subjects, config);
  read_objectives(root.section("objectives"), config.objectives);
  read_web(root.section("web"), config.web);
  read_log(root.section("log"), config.log);
  read_storage(root.section("storage"), config.storage);
  root.finish();
}

}  // namespace litellm_exporter
