// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <stdlib.h>

namespace litellm_exporter {

// A directory of its own for a test, gone with it.
class ScratchDirectory {
 public:
  ScratchDirectory() : path_(::mkdtemp(template_.data())) {}
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string template_ = "/tmp/litellm-exporter-test-XXXXXX";
  std::string path_;
};

}  // namespace litellm_exporter
