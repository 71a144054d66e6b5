// SPDX-License-Identifier: Apache-2.0
#include "base/stop_event.hpp"

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace litellm_exporter {

StopEvent::Event::Event() : descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor < 0) {
    throw std::system_error(errno, std::generic_category(), "no descriptor for an event");
  }
}

StopEvent::Event::~Event() { ::close(descriptor); }

StopEvent::StopEvent(const std::stop_token& stop)
    : on_stop_(stop, [this] { ::eventfd_write(event_.descriptor, 1); }) {}

}  // namespace litellm_exporter
