// SPDX-License-Identifier: Apache-2.0
#include "state/codec.hpp"

namespace litellm_exporter {

void Encoder::u64(std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes_ += static_cast<char>(value >> shift);
  }
}

void Encoder::text(std::string_view value) {
  u64(value.size());
  bytes_ += value;
}

std::uint64_t Decoder::u64() {
  if (rest_.size() < 8) {
    throw DecodeError("ends in the middle of a number");
  }
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
  }
  rest_.remove_prefix(8);
  return value;
}

std::string_view Decoder::text() {
  const std::uint64_t size = count(1);
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

std::uint64_t Decoder::count(std::uint64_t size) {
  const std::uint64_t value = u64();
  if (value > rest_.size() / size) {
    throw DecodeError("claims more than it holds");
  }
  return value;
}

}  // namespace litellm_exporter
