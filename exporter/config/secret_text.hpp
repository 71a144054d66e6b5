// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// What an operator, a shell or a tool leaves around a secret or an address, in one place for
// environment, YAML and files: a byte order mark, blanks and line ends, quotation marks, and the
// variable's own name (DATABASE_URL=..., export DATABASE_URL=...) are taken away. Throws
// ConfigError, which quotes nothing, for what cannot be meant: several lines, control characters,
// a quotation mark on one side only, a variable or template that nobody filled in.
std::string clean_secret(std::string_view text);

// The same for a list with commas between its items; empty ones are left out.
std::vector<std::string> clean_list(std::string_view text);

}  // namespace litellm_exporter
