// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"

#include <string>
#include <string_view>

namespace litellm_exporter::doctor {

// The next step after a connection that failed with these words of libpq or of the server: libpq
// has no other way to say why.
std::string connection_remedy(std::string_view error);

// The next step after what a poll of the database met.
std::string database_remedy(const PollError& error);

}  // namespace litellm_exporter::doctor
