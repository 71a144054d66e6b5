// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

#include <optional>
#include <stdexcept>
#include <string>

namespace litellm_exporter {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Command {
  serve,
  once,         // print one page
  doctor,       // say what is wrong
  healthcheck,  // say whether a running exporter serves
};

struct CommandLine {
  Command command = Command::serve;
  // For the doctor.
  bool json = false;
  // Load the configuration, say that it is valid and be done.
  bool check_only = false;
  Flags flags;
  // For --help and --version: print it and be done.
  std::optional<std::string> answer;
};

// Throws UsageError.
CommandLine parse_command_line(int argc, const char* const* argv, SubjectList subjects);

}  // namespace litellm_exporter
