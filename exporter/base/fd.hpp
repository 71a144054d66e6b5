// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace litellm_exporter {

// Owns a file descriptor: of a file, a socket, an event. Empty where an opening failed, so that it
// can take the answer of open(2) and its kin as it is. Belongs to one thread.
class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, kNone)) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }

  explicit operator bool() const noexcept { return number_ >= 0; }
  // The number for a system call; negative if there is none.
  int get() const noexcept { return number_; }
  // Leaves errno alone: what is closed on the way out must not hide why.
  void close() noexcept;

 private:
  static constexpr int kNone = -1;

  int number_ = kNone;
};

}  // namespace litellm_exporter
