// SPDX-License-Identifier: Apache-2.0
#include "metrics/page.hpp"

#include <utility>

namespace litellm_exporter {
namespace {

using Fragments = std::vector<std::shared_ptr<const Fragment>>;

Fragments assemble(const Counters::Edition& counters, const GaugeBoard& gauges, Fragments self) {
  Fragments fragments = counters.fragments;
  fragments.push_back(gauges.current());
  for (auto& fragment : self) {
    fragments.push_back(std::move(fragment));
  }
  return fragments;
}

}  // namespace

Page::Page(const Counters::Edition& counters, const GaugeBoard& gauges, Fragments self,
           bool compressed)
    : Page(assemble(counters, gauges, std::move(self)), compressed) {}

Page::Page(std::vector<std::shared_ptr<const Fragment>> fragments, bool compressed)
    : fragments_(std::move(fragments)) {
  if (compressed) {
    add(kGzipHeader);
  }
  std::uint32_t crc = 0;
  std::uint64_t length = 0;
  for (const auto& fragment : fragments_) {
    add(compressed ? fragment->deflated : fragment->plain);
    crc = combine_crc(crc, fragment->crc, fragment->plain.size());
    length += fragment->plain.size();
  }
  if (compressed) {
    add(gzip_trailer(crc, length));
  }
}

void Page::add(std::string_view piece) {
  constexpr std::size_t kSmall = 16384;
  if (piece.empty()) {
    return;
  }
  size_ += piece.size();
  if (piece.size() > kSmall) {
    pieces_.push_back(piece);
    return;
  }
  const bool follows = !packed_.empty() && pieces_.back().data() == packed_.back().data();
  if (!follows) {
    packed_.emplace_back();
    pieces_.emplace_back();
  }
  packed_.back() += piece;
  pieces_.back() = packed_.back();
}

std::string_view Page::at(std::uint64_t offset) const {
  for (const std::string_view piece : pieces_) {
    if (offset < piece.size()) {
      return piece.substr(offset);
    }
    offset -= piece.size();
  }
  return {};
}

}  // namespace litellm_exporter
