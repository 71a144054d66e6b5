// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/subject.hpp"

#include <map>
#include <optional>
#include <string>

namespace litellm_exporter {

// What the command line says; absent values leave the file's or the default in force.
struct Flags {
  std::string config_file;
  // Whether a configuration without a database is refused.
  bool needs_database = true;
  std::optional<std::string> listen_address;
  std::optional<std::string> telemetry_path;
  std::optional<std::string> web_config_file;
  // --web.enable-lifecycle; there is no flag that takes it back.
  bool enable_lifecycle = false;
  std::optional<std::string> log_level;
  std::optional<std::string> log_format;
  std::optional<std::string> storage_path;
  // --collector.NAME and --no-collector.NAME
  std::map<std::string, bool> collectors;
};

// Reads the file (if any), then the environment, then the flags: the later wins. Checks all of it
// and reads the files that hold secrets. `subjects` are what may stand below `collectors`. Throws
// ConfigError.
Config load_config(const Flags& flags, SubjectList subjects,
                   const Environment& environment = process_environment);

}  // namespace litellm_exporter
