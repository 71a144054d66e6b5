// SPDX-License-Identifier: Apache-2.0
#include "config/sections.hpp"

#include "config/check.hpp"
#include "config/secret_text.hpp"
#include "config/secrets.hpp"

namespace litellm_exporter {
namespace {

void read_base_urls(YamlMap& litellm, std::vector<std::string>& urls) {
  litellm.read("urls", urls);
  try {
    for (std::string& url : urls) {
      url = clean_secret(url);
    }
  } catch (const ConfigError& e) {
    litellm.fail("urls", e.what());
  }
}

void read_sources(YamlMap& root, Config& config) {
  YamlMap database = root.section("database");
  read_database_url(database, config.database);
  database.read("poll_interval", config.database.poll_interval);
  database.read("statement_timeout", config.database.statement_timeout);
  database.read("connect_timeout", config.database.connect_timeout);
  check_range(database, "poll_interval", config.database.poll_interval, "1s", "1h");
  check_range(database, "statement_timeout", config.database.statement_timeout, "100ms", "1h");
  check_range(database, "connect_timeout", config.database.connect_timeout, "1s", "1m");
  database.finish();

  YamlMap spend_log = root.section("spend_log");
  spend_log.read("window", config.spend_log.window);
  spend_log.read("sweep_window", config.spend_log.sweep_window);
  spend_log.read("sweep_interval", config.spend_log.sweep_interval);
  check_range(spend_log, "window", config.spend_log.window, "1s", "7d");
  check_range(spend_log, "sweep_window", config.spend_log.sweep_window, "1s", "30d");
  check_range(spend_log, "sweep_interval", config.spend_log.sweep_interval, "1s", "1d");
  if (config.spend_log.sweep_window < config.spend_log.window) {
    spend_log.fail("sweep_window", "must be at least as long as window (" +
                                       format_duration(config.spend_log.window) + ")");
  }
  spend_log.finish();

  YamlMap entities = root.section("entities");
  entities.read("poll_interval", config.entities.poll_interval);
  entities.read("user_names", config.entities.user_names);
  check_range(entities, "poll_interval", config.entities.poll_interval, "1s", "1d");
  entities.finish();

  YamlMap litellm = root.section("litellm");
  read_base_urls(litellm, config.litellm.urls);
  SecretSource key{config.litellm.key, {}};
  read_secret(litellm, "key", key);
  config.litellm.key = key.secret;
  if (const auto reason = key_problem(config.litellm.key)) {
    litellm.fail(litellm.has("key_file") ? "key_file" : "key", *reason);
  }
  litellm.read("poll_interval", config.litellm.poll_interval);
  litellm.read("timeout", config.litellm.timeout);
  check_range(litellm, "poll_interval", config.litellm.poll_interval, "1s", "1h");
  check_range(litellm, "timeout", config.litellm.timeout, "100ms", "1m");
  litellm.read("ca_file", config.litellm.ca_file);
  litellm.read("insecure_skip_verify", config.litellm.insecure_skip_verify);
  if (const auto reason = base_urls_problem(config.litellm.urls)) {
    litellm.fail("urls", *reason);
  }
  if (const auto reason = ca_file_problem(config.litellm.ca_file)) {
    litellm.fail("ca_file", *reason);
  }
  litellm.finish();
}

void read_collectors(YamlMap& root, SubjectList subjects, Config& config) {
  YamlMap collectors = root.section("collectors");
  for (const SubjectInfo& subject : subjects) {
    Config::Collector& collector = config.collectors[std::string{subject.name}];
    collector.enabled =
        collector.enabled || (subject.asked_by != nullptr && config.families.*subject.asked_by);
    YamlMap one = collectors.section(std::string{subject.name});
    one.read("enabled", collector.enabled);
    one.read("poll_interval", collector.poll_interval);
    one.read("timeout", collector.timeout);
    if (one.has("poll_interval")) {
      check_range(one, "poll_interval", collector.poll_interval, "1s", "1d");
    }
    if (one.has("timeout")) {
      check_range(one, "timeout", collector.timeout, "100ms", "10m");
    }
    one.finish();
  }
  collectors.finish();
}

void read_output(YamlMap& root, Config& config) {
  YamlMap limits = root.section("limits");
  limits.read("series_per_family", config.limits.series_per_family);
  limits.read("unverified_names", config.limits.unverified_names);
  limits.read("label_bytes", config.limits.label_bytes);
  if (config.limits.label_bytes < 64 || config.limits.label_bytes > 4096) {
    limits.fail("label_bytes", "expected a whole number from 64 to 4096");
  }
  limits.finish();

  YamlMap families = root.section("families");
  families.read("teams", config.families.teams);
  families.read("keys", config.families.keys);
  families.read("tags", config.families.tags);
  families.read("users", config.families.users);
  families.read("end_users", config.families.end_users);
  families.read("guardrails", config.families.guardrails);
  families.read("mcp_tools", config.families.mcp_tools);
  families.finish();

  YamlMap histograms = root.section("histograms");
  const auto read_bounds = [&](const char* key, std::vector<double>& bounds) {
    histograms.read(key, bounds);
    if (const auto reason = bounds_problem(bounds)) {
      histograms.fail(key, *reason);
    }
  };
  read_bounds("request_duration_seconds", config.histograms.request_duration_seconds);
  read_bounds("time_to_first_token_seconds", config.histograms.time_to_first_token_seconds);
  read_bounds("time_per_output_token_seconds", config.histograms.time_per_output_token_seconds);
  histograms.finish();
}

void read_objectives(YamlMap& root, Config& config) {
  YamlMap objectives = root.section("objectives");
  if (objectives.has("availability_ratio")) {
    objectives.read("availability_ratio", config.objectives.availability_ratio.emplace());
    if (*config.objectives.availability_ratio <= 0 || *config.objectives.availability_ratio >= 1) {
      objectives.fail("availability_ratio", "expected a ratio between 0 and 1, such as 0.995");
    }
  }
  objectives.read("latency_seconds", config.objectives.latency_seconds);
  for (const auto& [model, seconds] : config.objectives.latency_seconds) {
    if (seconds <= 0) {
      objectives.fail("latency_seconds", "the objective of '" + model + "' must be above 0");
    }
  }
  if (objectives.has("daily_spend_usd")) {
    objectives.read("daily_spend_usd", config.objectives.daily_spend_usd.emplace());
    if (*config.objectives.daily_spend_usd <= 0) {
      objectives.fail("daily_spend_usd", "must be above 0");
    }
  }
  objectives.finish();
}

void read_process(YamlMap& root, Config& config) {
  YamlMap web = root.section("web");
  web.read("listen_address", config.web.listen_address);
  web.read("telemetry_path", config.web.telemetry_path);
  if (const auto reason = listen_address_problem(config.web.listen_address)) {
    web.fail("listen_address", *reason);
  }
  if (const auto reason = telemetry_path_problem(config.web.telemetry_path)) {
    web.fail("telemetry_path", *reason);
  }
  web.read("config_file", config.web.config_file);
  web.read("enable_lifecycle", config.web.enable_lifecycle);
  web.read("frame_ancestors", config.web.frame_ancestors);
  for (const std::string& origin : config.web.frame_ancestors) {
    if (const auto reason = origin_problem(origin)) {
      web.fail("frame_ancestors", *reason);
    }
  }
  web.finish();

  YamlMap log = root.section("log");
  std::string level = "info";
  std::string format = "logfmt";
  log.read("level", level);
  log.read("format", format);
  if (!parse_level(level, config.log.level)) {
    log.fail("level", kLevelExpected);
  }
  if (!parse_format(format, config.log.format)) {
    log.fail("format", kFormatExpected);
  }
  log.finish();

  YamlMap storage = root.section("storage");
  storage.read("path", config.storage.path);
  storage.finish();
}

}  // namespace

void read_sections(YamlMap& root, SubjectList subjects, Config& config) {
  read_sources(root, config);
  read_output(root, config);
  // After the families, which may ask for a collector.
  read_collectors(root, subjects, config);
  read_objectives(root, config);
  read_process(root, config);
  root.finish();
}

}  // namespace litellm_exporter
