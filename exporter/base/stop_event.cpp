// SPDX-License-Identifier: Apache-2.0
#include "base/stop_event.hpp"

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>

namespace litellm_exporter {
namespace {

Fd make_event() {
  Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) {
    throw std::system_error(errno, std::generic_category(), "no descriptor for an event");
  }
  return event;
}

}  // namespace

StopEvent::StopEvent(const std::stop_token& stop)
    : event_(make_event()), on_stop_(stop, [this] { ::eventfd_write(event_.get(), 1); }) {}

}  // namespace litellm_exporter
