// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include "base/text.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace litellm_exporter {

std::string read_file(const std::string& path, std::size_t largest) {
  constexpr std::size_t kLongestName = 1000;
  const auto fail = [&](const std::string& why) {
    throw FileError(clean_label(path, kLongestName) + ": " + why);
  };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fail(std::generic_category().message(errno));
  }
  // Piece by piece: a limit costs nothing, and what is no regular file need not know its size.
  std::string text;
  std::array<char, 65536> piece{};
  while (file && text.size() <= largest) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) {
    fail(std::generic_category().message(errno));
  }
  if (text.size() > largest) {
    fail("larger than " + std::to_string(largest) + " bytes");
  }
  return text;
}

}  // namespace litellm_exporter
