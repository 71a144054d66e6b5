// SPDX-License-Identifier: Apache-2.0
#include "base/fd.hpp"

#include <cerrno>

#include <unistd.h>

namespace litellm_exporter {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, kNone);
  }
  return *this;
}

void Fd::close() noexcept {
  if (number_ >= 0) {
    const int error = errno;
    // Not again after EINTR: on Linux the number is free already, and may be another file's.
    ::close(std::exchange(number_, kNone));
    errno = error;
  }
}

}  // namespace litellm_exporter
