// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

namespace litellm_exporter {

// The one document of a YAML text, undefined or null where it is empty. The only way to yaml-cpp's
// parser: whatever the text, it takes less than a second and a few megabytes. Throws
// YAML::ParserException with the place and the reason; the reason is of yaml-cpp or of ours, and
// may quote the text.
YAML::Node parse_document(const std::string& text);

}  // namespace litellm_exporter
