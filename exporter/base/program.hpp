// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <string>
#include <vector>

namespace litellm_exporter {

// A file that has no name and is gone with its last descriptor.
class UnnamedFile {
 public:
  // Throws FileError.
  UnnamedFile();

  int get() const noexcept { return file_.get(); }
  // Where other processes that may look into this one find it.
  std::string path() const;
  // What was written to it so far.
  std::string text() const;

 private:
  Fd file_;
};

struct ProgramResult {
  bool succeeded = false;
  std::string output;
  std::string errors;
};

// Runs a program of the PATH, whose words are not read by a shell, and waits for its end; it is
// ended after `seconds`. Throws FileError.
ProgramResult run_program(const std::vector<std::string>& words, unsigned seconds);

}  // namespace litellm_exporter
