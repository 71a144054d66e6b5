// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace litellm_exporter {

enum class Signal { none, reload, stop };

// Keeps SIGHUP, SIGINT and SIGTERM for wait_for_signal(). Call it before the first thread: every
// thread inherits the mask.
void block_signals();

// Waits for one of them, at most this long if a time is given; none when the time is over.
Signal wait_for_signal(std::optional<std::chrono::microseconds> longest);

}  // namespace litellm_exporter
