// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"

#include <string>
#include <string_view>

namespace litellm_exporter::doctor {

// What to do about a connection that failed with these words of libpq or of the server.
std::string connection_remedy(std::string_view error);

// What to do about the database's trouble.
std::string remedy(const PollError& error);

}  // namespace litellm_exporter::doctor
