// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace litellm_exporter {

// Names the file and the system's reason; what() is one line fit for a log.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads a whole file of at most `largest` bytes. Throws FileError.
std::string read_file(const std::string& path, std::size_t largest);

}  // namespace litellm_exporter
