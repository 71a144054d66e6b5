// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/fragment.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// A page as it is sent: pieces of immutable fragments in a row. Cheap to make, and safe to keep
// while a slow client reads it, whatever is published meanwhile.
class Page {
 public:
  // `compressed` chooses between the fragments' plain text and one gzip stream.
  Page(std::vector<std::shared_ptr<const Fragment>> fragments, bool compressed);
  // The pieces point into this object.
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  std::uint64_t size() const noexcept { return size_; }
  // The bytes from `offset` to the end of the piece that holds it.
  std::string_view at(std::uint64_t offset) const;

 private:
  void add(std::string_view piece);

  std::vector<std::shared_ptr<const Fragment>> fragments_;
  std::string trailer_;
  std::vector<std::string_view> pieces_;
  std::uint64_t size_ = 0;
};

// The parts of the page, one slot for each source of metrics. May be used from any thread; the lock
// is held for copying a pointer.
class PageStore {
 public:
  using Clock = std::chrono::steady_clock;

  explicit PageStore(std::size_t slots) : slots_(slots) {}

  // Replaces a slot's fragment. Past `expiry` it is withdrawn: a snapshot that is too old must not
  // look like the present. `edition` is the source's own number for this content.
  void publish(std::size_t slot, std::shared_ptr<const Fragment> fragment, std::uint64_t edition,
               Clock::time_point expiry = Clock::time_point::max());

  struct Current {
    std::vector<std::shared_ptr<const Fragment>> fragments;
    // The edition of each slot.
    std::vector<std::uint64_t> editions;
  };
  Current current() const;

 private:
  struct Slot {
    std::shared_ptr<const Fragment> fragment;
    std::uint64_t edition = 0;
    Clock::time_point expiry = Clock::time_point::max();
  };

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
};

}  // namespace litellm_exporter
