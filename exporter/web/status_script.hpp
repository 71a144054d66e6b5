// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter {

// What keeps the status page fresh, to stand between <script> and </script>.
std::string_view status_script();

// Its hash as a source of Content-Security-Policy, without the quotes.
std::string status_script_hash();

}  // namespace litellm_exporter
