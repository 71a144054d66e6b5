// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "config/check.hpp"
#include "config/secret_text.hpp"
#include "config/secrets.hpp"
#include "config/sections.hpp"

namespace litellm_exporter {
namespace {

// Without any, those of the file stay.
void apply_base_urls(const Environment& environment, Config& config) {
  try {
    if (const auto text = environment("LITELLM_BASE_URL")) {
      config.litellm.urls = clean_list(*text);
    }
  } catch (const ConfigError& e) {
    throw ConfigError(std::string{"LITELLM_BASE_URL: "} + e.what());
  }
  if (const auto reason = base_urls_problem(config.litellm.urls)) {
    throw ConfigError("LITELLM_BASE_URL: " + *reason);
  }
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

void apply_environment(const Environment& environment, Config& config) {
  read_database_url(environment, config.database);
  apply_base_urls(environment, config);
  SecretSource key{config.litellm.key, {}};
  read_secret(environment, "LITELLM_MASTER_KEY", key);
  config.litellm.key = key.secret;
  if (const auto reason = key_problem(config.litellm.key)) {
    throw ConfigError("LITELLM_MASTER_KEY: " + *reason);
  }
}

void apply_flags(const Flags& flags, Config& config) {
  const auto refuse = [](const char* flag, const std::string& reason) {
    throw ConfigError(std::string{flag} + ": " + reason);
  };
  config.web.listen_address = flags.listen_address.value_or(config.web.listen_address);
  config.web.telemetry_path = flags.telemetry_path.value_or(config.web.telemetry_path);
  config.web.config_file = flags.web_config_file.value_or(config.web.config_file);
  config.web.enable_lifecycle = config.web.enable_lifecycle || flags.enable_lifecycle;
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

Config load_config(const Flags& flags, SubjectList subjects, const Environment& environment) {
  Config config;
  for (const SubjectInfo& subject : subjects) {
    config.collectors[std::string{subject.name}] = {subject.enabled, subject.interval,
                                                    subject.timeout};
  }
  // systemd names the directory that StateDirectory= made; the file and the flag win over it.
  config.storage.path = environment("STATE_DIRECTORY").value_or(config.storage.path);
  read_credentials(environment, config);
  if (!flags.config_file.empty()) {
    YamlMap root = YamlMap::load(flags.config_file);
    read_sections(root, subjects, config);
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
