// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/error.hpp"
#include "config/subject.hpp"

#include <map>
#include <optional>
#include <string>

namespace litellm_exporter {

// What the command line says about the configuration, as it was written: like file and environment
// it is read at each load. Absent values leave the file's or the default in force.
struct Flags {
  std::string config_file;
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

  bool operator==(const Flags&) const = default;
};

// Reads the file (if any), then the environment, then the flags: the later wins. Checks all of it
// and reads the files that hold secrets, which the log hides from now on. `subjects` are what may
// stand below `collectors`. Throws ConfigError, also where no database is given.
Config load_config(const Flags& flags, SubjectList subjects,
                   const Environment& environment = process_environment);

// The same for a command that only talks to the exporter: does without a database.
Config::Web load_web_section(const Flags& flags, SubjectList subjects,
                             const Environment& environment = process_environment);

}  // namespace litellm_exporter
