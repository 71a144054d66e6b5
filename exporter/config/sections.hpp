// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/subject.hpp"
#include "config/yaml.hpp"

namespace litellm_exporter {

// Reads every section of the configuration file into `config` and checks it; what the file does not
// say stays as it is. Throws ConfigError.
void read_sections(YamlMap& root, SubjectList subjects, Config& config);

}  // namespace litellm_exporter
