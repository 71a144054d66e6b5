// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace litellm_exporter {

// A private file (mode 0600) that takes the place of `path` as a whole, or not at all: it is
// written as `path`.new, follows no symbolic link, and is on the disk before it has the name.
// Belongs to one thread. All but the destructor throw FileError.
class Replacement {
 public:
  explicit Replacement(std::string path);
  // Undoes everything unless commit() was called.
  ~Replacement();
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  void write(std::string_view bytes, std::uint64_t offset);
  // The file, open for reading and writing; nothing can be written by this object any more.
  [[nodiscard]] Fd commit();

 private:
  std::string path_;
  std::string temporary_;
  Fd file_;
};

// The same in one call.
void replace_file(const std::string& path, std::string_view bytes);

// Writes all of it, whatever the system cuts it into; false with errno if that failed.
bool write_all(int file, std::string_view bytes, std::uint64_t offset);

}  // namespace litellm_exporter
