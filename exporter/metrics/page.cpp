// SPDX-License-Identifier: Apache-2.0
#include "metrics/page.hpp"

#include <utility>

namespace litellm_exporter {
namespace {

std::vector<std::shared_ptr<const Fragment>> assemble(const Counters::Edition& counters,
                                                      const GaugeBoard& gauges,
                                                      const SelfView& self) {
  std::vector<std::shared_ptr<const Fragment>> fragments = counters.fragments;
  for (auto& fragment : gauges.current()) {
    fragments.push_back(std::move(fragment));
  }
  fragments.push_back(self_fragment(self));
  return fragments;
}

}  // namespace

Page::Page(const Counters::Edition& counters, const GaugeBoard& gauges, const SelfView& self,
           bool compressed)
    : Page(assemble(counters, gauges, self), compressed) {}

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
    trailer_ = gzip_trailer(crc, length);
    add(trailer_);
  }
}

void Page::add(std::string_view piece) {
  if (!piece.empty()) {
    pieces_.push_back(piece);
    size_ += piece.size();
  }
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
