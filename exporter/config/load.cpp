// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/check.hpp"
#include "config/yaml.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace litellm_exporter {
namespace {

constexpr std::size_t kLargestSecret = 65536;

Secret read_secret(const std::string& path) {
  // The secret itself where its file should be named: the error must not quote it.
  if (path.find("://") != std::string::npos || path.starts_with("sk-")) {
    throw ConfigError("expected the name of a file, not the secret itself");
  }
  try {
    Secret secret{std::string{trim(read_file(path, kLargestSecret))}};
    if (secret.empty()) {
      throw ConfigError("cannot read the secret: " + path + ": is empty");
    }
    return secret;
  } catch (const FileError& e) {
    throw ConfigError(std::string{"cannot read the secret: "} + e.what());
  }
}

// `key` or `key`_file, never both.
void read_secret(YamlMap& map, const std::string& key, Secret& target) {
  const std::string file_key = key + "_file";
  std::string value;
  std::string path;
  map.read(key, value);
  map.read(file_key, path);
  if (!value.empty() && !path.empty()) {
    map.fail(file_key, "give either " + key + " or " + file_key + ", not both");
  }
  if (!path.empty()) {
    try {
      target = read_secret(path);
    } catch (const ConfigError& e) {
      map.fail(file_key, e.what());
    }
  } else if (!value.empty()) {
    target = Secret{value};
  }
}

void read_secret(const Environment& environment, const std::string& name, Secret& target) {
  const auto value = environment(name);
  const auto path = environment(name + "_FILE");
  if (value && path) {
    throw ConfigError(name + ": give either " + name + " or " + name + "_FILE, not both");
  }
  if (path) {
    try {
      target = read_secret(*path);
    } catch (const ConfigError& e) {
      throw ConfigError(name + "_FILE: " + e.what());
    }
  } else if (value) {
    target = Secret{*value};
  }
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (const auto item = trim(std::string_view{text}.substr(begin, end - begin)); !item.empty()) {
      items.emplace_back(item);
    }
    begin = end + 1;
  }
  return items;
}

void read_sources(YamlMap& root, Config& config) {
  YamlMap database = root.section("database");
  read_secret(database, "url", config.database.url);
  database.read("poll_interval", config.database.poll_interval);
  database.read("statement_timeout", config.database.statement_timeout);
  database.read("connect_timeout", config.database.connect_timeout);
  check_range(database, "poll_interval", config.database.poll_interval, "1s", "1h");
  check_range(database, "statement_timeout", config.database.statement_timeout, "100ms", "1h");
  check_range(database, "connect_timeout", config.database.connect_timeout, "1s", "1m");
  if (const auto reason = database_url_problem(config.database.url)) {
    database.fail(database.has("url_file") ? "url_file" : "url", *reason);
  }
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
  litellm.read("urls", config.litellm.urls);
  read_secret(litellm, "key", config.litellm.key);
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

// What nobody set for a collector itself comes from the shared keys.
void complete_collectors(SubjectList subjects, Config& config) {
  for (const SubjectInfo& subject : subjects) {
    Config::Collector& collector = config.collectors[std::string{subject.name}];
    const bool proxy = subject.source == Source::proxy;
    if (collector.poll_interval.count() == 0) {
      collector.poll_interval =
          proxy ? config.litellm.poll_interval : config.entities.poll_interval;
    }
    if (collector.timeout.count() == 0) {
      collector.timeout = proxy ? config.litellm.timeout : config.database.statement_timeout;
    }
  }
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

// What LoadCredential= of a systemd unit hands over. The package's unit always does, so an empty
// one is an operator who gives the secret elsewhere, or has none.
void apply_credentials(const Environment& environment, Config& config) {
  const auto directory = environment("CREDENTIALS_DIRECTORY");
  const auto read = [&](const char* name, Secret& target) {
    const std::string path = *directory + "/" + name;
    std::error_code error;
    const bool empty = std::filesystem::is_regular_file(path, error) &&
                       std::filesystem::file_size(path, error) == 0;
    if (std::filesystem::exists(path, error) && !empty) {
      target = read_secret(path);
    }
  };
  if (directory) {
    read("database_url", config.database.url);
    read("litellm_key", config.litellm.key);
  }
}

void apply_environment(const Environment& environment, Config& config) {
  read_secret(environment, "DATABASE_URL", config.database.url);
  if (const auto reason = database_url_problem(config.database.url)) {
    throw ConfigError("DATABASE_URL: " + *reason);
  }
  if (const auto urls = environment("LITELLM_BASE_URL")) {
    config.litellm.urls = split_list(*urls);
    if (const auto reason = base_urls_problem(config.litellm.urls)) {
      throw ConfigError("LITELLM_BASE_URL: " + *reason);
    }
  }
  read_secret(environment, "LITELLM_MASTER_KEY", config.litellm.key);
}

void apply_flags(const Flags& flags, Config& config) {
  const auto refuse = [](const char* flag, const std::string& reason) {
    throw ConfigError(std::string{flag} + ": " + reason);
  };
  config.web.listen_address = flags.listen_address.value_or(config.web.listen_address);
  config.web.telemetry_path = flags.telemetry_path.value_or(config.web.telemetry_path);
  config.web.config_file = flags.web_config_file.value_or(config.web.config_file);
  config.storage.path = flags.storage_path.value_or(config.storage.path);
  for (const auto& [name, enabled] : flags.collectors) {
    config.collectors.at(name).enabled = enabled;
  }
  if (const auto reason = listen_address_problem(config.web.listen_address)) {
    refuse("--web.listen-address", *reason);
  }
  if (const auto reason = telemetry_path_problem(config.web.telemetry_path)) {
    refuse("--web.telemetry-path", *reason);
  }
  if (config.storage.path.empty()) {
    refuse(flags.storage_path ? "--storage.path" : "storage.path", "must name a directory");
  }
  if (flags.log_level && !parse_level(*flags.log_level, config.log.level)) {
    refuse("--log.level", kLevelExpected);
  }
  if (flags.log_format && !parse_format(*flags.log_format, config.log.format)) {
    refuse("--log.format", kFormatExpected);
  }
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? std::optional<std::string>{value} : std::nullopt;
}

Config load_config(const Flags& flags, SubjectList subjects, const Environment& environment) {
  Config config;
  for (const SubjectInfo& subject : subjects) {
    config.collectors[std::string{subject.name}] = {subject.enabled, subject.interval,
                                                    subject.timeout};
  }
  // systemd names the directory that StateDirectory= made; the file and the flag win over it.
  config.storage.path = environment("STATE_DIRECTORY").value_or(config.storage.path);
  apply_credentials(environment, config);
  if (!flags.config_file.empty()) {
    YamlMap root = YamlMap::load(flags.config_file);
    read_sources(root, config);
    read_output(root, config);
    read_collectors(root, subjects, config);
    read_objectives(root, config);
    read_process(root, config);
    root.finish();
  }
  apply_environment(environment, config);
  apply_flags(flags, config);
  complete_collectors(subjects, config);
  if (flags.needs_database && config.database.url.empty()) {
    throw ConfigError(
        "no database: set DATABASE_URL, DATABASE_URL_FILE, database.url or database.url_file");
  }
  return config;
}

}  // namespace litellm_exporter
