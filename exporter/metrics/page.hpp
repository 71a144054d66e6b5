// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counters.hpp"
#include "metrics/fragment.hpp"
#include "metrics/gauge_board.hpp"

#include <cstdint>
#include <deque>
#include <memory>
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
  // All that the exporter has to say, in the page's order: what was counted, the gauges, the
  // exporter itself.
  Page(const Counters::Edition& counters, const GaugeBoard& gauges,
       std::vector<std::shared_ptr<const Fragment>> self, bool compressed);
  // The pieces point into this object.
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  std::uint64_t size() const noexcept { return size_; }
  const std::vector<std::string_view>& pieces() const noexcept { return pieces_; }
  // The bytes from `offset` to the end of the piece that holds it.
  std::string_view at(std::uint64_t offset) const;

 private:
  void add(std::string_view piece);

  std::vector<std::shared_ptr<const Fragment>> fragments_;
  // Copies of small ones, so that a page is not sent in many little packets.
  std::deque<std::string> packed_;
  std::vector<std::string_view> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace litellm_exporter
