// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter {

// What names a script in the header Content-Security-Policy, without the quotes. `script` is all
// that stands between <script> and </script>.
std::string script_hash(std::string_view script);

}  // namespace litellm_exporter
