// SPDX-License-Identifier: Apache-2.0
#include "base/output.hpp"

#include "base/file.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace litellm_exporter {

void check_standard_output() {
  if (::fcntl(STDOUT_FILENO, F_GETFD) == -1) {
    throw FileError("standard output is closed");
  }
}

void finish_output(std::ostream& out) {
  errno = 0;
  if (!out.flush()) {
    const std::string why = errno == 0 ? "not everything was written" : std::strerror(errno);
    throw FileError("standard output: " + why);
  }
}

}  // namespace litellm_exporter
