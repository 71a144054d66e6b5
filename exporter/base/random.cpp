// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/random.h>

namespace litellm_exporter {

std::string random_id() {
  std::array<std::uint64_t, 2> bits{};
  if (::getrandom(bits.data(), sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
    throw std::system_error(errno, std::generic_category(), "no randomness");
  }
  return fmt::format("{:016x}{:016x}", bits[0], bits[1]);
}

}  // namespace litellm_exporter
