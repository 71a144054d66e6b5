// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace litellm_exporter {

// The bytes of the state file: little-endian numbers, texts with their length in front.
class Encoder {
 public:
  void u64(std::uint64_t value);
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  void f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }
  void text(std::string_view value);
  void reserve(std::size_t bytes) { bytes_.reserve(bytes_.size() + bytes); }

  const std::string& bytes() const noexcept { return bytes_; }
  // Call it once, and nothing after it.
  std::string take() noexcept { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads what Encoder wrote, in the same order. Throws DecodeError instead of reading past the end.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t u64();
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  double f64() { return std::bit_cast<double>(u64()); }
  std::string_view text();
  // A number of things that take at least `size` bytes each: never more than there is room for.
  std::uint64_t count(std::uint64_t size);
  bool done() const noexcept { return rest_.empty(); }
  std::string_view rest() const noexcept { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace litellm_exporter
