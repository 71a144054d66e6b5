// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/yaml.hpp"
#include "server/web_config.hpp"

#include <optional>
#include <string>

namespace litellm_exporter {

// Reads tls_server_config and the files that it names, relative to the directory; each is told
// first. Nothing where it does not ask for TLS. Throws ConfigError.
std::optional<WebConfig::Tls> read_tls(YamlMap map, const std::string& directory,
                                       const FileWatcher& about_to_read);

}  // namespace litellm_exporter
