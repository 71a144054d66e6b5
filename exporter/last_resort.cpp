// SPDX-License-Identifier: Apache-2.0
#include "last_resort.hpp"

#include "base/log.hpp"

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <stop_token>

#include <poll.h>
#include <unistd.h>

namespace litellm_exporter {

LastResort::LastResort(Milliseconds time)
    : thread_([time](const std::stop_token& in_time) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any never;
        never.wait_for(lock, in_time, time, [] { return false; });
        if (in_time.stop_requested()) {
          return;
        }
        // A log whose reader has stalled may be what does not let go.
        pollfd reader{STDERR_FILENO, POLLOUT, 0};
        if (::poll(&reader, 1, 0) == 1) {
          log::warn(
              "something does not let go, so the process ends without it; what was counted is "
              "on disk",
              {{"waited", format_duration(time)}});
        }
        std::_Exit(EXIT_SUCCESS);
      }) {}

}  // namespace litellm_exporter
