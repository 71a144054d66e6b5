// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace litellm_exporter {

std::string read_file(const std::string& path, std::size_t largest) {
  const auto fail = [&](const std::string& why) { throw FileError(path + ": " + why); };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fail(std::generic_category().message(errno));
  }
  std::string text(largest + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) {
    fail(std::generic_category().message(errno));
  }
  if (file.gcount() > static_cast<std::streamsize>(largest)) {
    fail("larger than " + std::to_string(largest) + " bytes");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace litellm_exporter
