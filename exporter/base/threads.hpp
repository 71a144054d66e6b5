// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <system_error>

namespace litellm_exporter {

// The message, with its remedy, when the system gives this process no further thread.
inline constexpr const char* kNoThread =
    "no thread to be had: raise the limit of processes (ulimit -u, TasksMax= of systemd, the pids "
    "limit of a container)";

// Whether that is what went wrong; it may pass.
inline bool is_lack_of_threads(const std::exception& e) {
  const auto* error = dynamic_cast<const std::system_error*>(&e);
  return error != nullptr && error->code() == std::errc::resource_unavailable_try_again;
}

}  // namespace litellm_exporter
