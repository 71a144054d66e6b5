// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "config/secret_sources.hpp"
#include "config/sections.hpp"
#include "config/values.hpp"

namespace litellm_exporter {
namespace {

void apply_credentials(const Environment& environment, Config& config) {
  read_credential(environment, "database_url", keep_database_url(config.database));
  read_credential(environment, "litellm_key", keep_key(config.litellm));
  read_credential(environment, "cluster_secret", keep_cluster_secret(config.cluster));
}

void apply_environment(const Environment& environment, Config& config) {
  read_secret(environment, "DATABASE_URL", keep_database_url(config.database));
  constexpr const char* kUrls = "LITELLM_BASE_URL";
  if (const auto text = environment(kUrls)) {
    config.litellm.urls = with_place(kUrls, [&] { return parse_base_url_list(*text); });
  }
  read_secret(environment, "LITELLM_MASTER_KEY", keep_key(config.litellm));
  constexpr const char* kPeers = "LITELLM_EXPORTER_PEERS";
  if (const auto text = environment(kPeers)) {
    config.cluster.peers = with_place(kPeers, [&] { return parse_base_url_list(*text); });
  }
  read_secret(environment, "LITELLM_EXPORTER_CLUSTER_SECRET", keep_cluster_secret(config.cluster));
}

template <typename Target>
void apply_flag(const char* name, const std::optional<std::string>& text, Target& target,
                Target (*parse)(const std::string&)) {
  if (text) {
    target = with_place(name, [&] { return parse(*text); });
  }
}

void apply_flags(const Flags& flags, Config& config) {
  apply_flag("--web.listen-address", flags.listen_address, config.web.listen_address,
             parse_listen_address);
  apply_flag("--web.telemetry-path", flags.telemetry_path, config.web.telemetry_path,
             parse_telemetry_path);
  config.web.config_file = flags.web_config_file.value_or(config.web.config_file);
  config.web.enable_lifecycle = config.web.enable_lifecycle || flags.enable_lifecycle;
  apply_flag("--log.level", flags.log_level, config.log.level, parse_level);
  apply_flag("--log.format", flags.log_format, config.log.format, parse_format);
  for (const auto& [name, enabled] : flags.collectors) {
    config.collectors.at(name).enabled = enabled;
  }
}

// An empty path in the file is refused unless the flag gives another.
void apply_storage_path(const std::optional<std::string>& flag, std::string& target) {
  target = with_place(flag ? "--storage.path" : "storage.path",
                      [&] { return parse_directory(flag.value_or(target)); });
}

// A collector has the shared pace of its source unless it was given another.
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

// Complete but for the database, which may not be given.
Config load(const Flags& flags, SubjectList subjects, const Environment& environment) {
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
    read_sections(root, subjects, config);
  }
  apply_environment(environment, config);
  apply_flags(flags, config);
  apply_storage_path(flags.storage_path, config.storage.path);
  complete_collectors(subjects, config);
  return config;
}

}  // namespace

Config load_config(const Flags& flags, SubjectList subjects, const Environment& environment) {
  Config config = load(flags, subjects, environment);
  if (config.database.conninfo.given.empty()) {
    std::string reason =
        "no database: set DATABASE_URL, DATABASE_URL_FILE, database.url or database.url_file";
    if (environment("CREDENTIALS_DIRECTORY")) {
      reason +=
          ", or fill the unit's credential database_url, which the package reads from "
          "/etc/litellm-exporter/database_url";
    }
    throw ConfigError(reason);
  }
  // Asking all of them must take less than a lease.
  if (config.cluster.peers.size() > 4) {
    throw ConfigError("cluster.peers: at most four exporters");
  }
  if (!config.cluster.peers.empty() && config.cluster.secret.empty()) {
    throw ConfigError(
        "no secret for cluster.peers: set cluster.secret, cluster.secret_file, "
        "LITELLM_EXPORTER_CLUSTER_SECRET or LITELLM_EXPORTER_CLUSTER_SECRET_FILE");
  }
  return config;
}

Config::Web load_web_section(const Flags& flags, SubjectList subjects,
                             const Environment& environment) {
  return load(flags, subjects, environment).web;
}

}  // namespace litellm_exporter
