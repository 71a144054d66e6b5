// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/fragment.hpp"
#include "series/family.hpp"
#include "series/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// One counted family on the page: HELP, TYPE and its series, sorted by their labels, so that a page
// does not change by chance. Neighbouring series make up a block; one in which nothing has changed
// is copied from the page before, plain and compressed. Belongs to the thread that counts, and to
// one store.
class FamilyBlocks {
 public:
  using Entries = std::vector<const SeriesStore::Entry*>;

  FamilyBlocks(const SeriesStore& store, Family family);

  Family family() const noexcept { return family_; }
  // Appends the family to the page. `changed` are the series that are new or look different since
  // the last call, which wrote a part of `before`; at the first call all, and nothing is before.
  void write(Entries changed, const Fragment* before, FragmentBuilder& page);

 private:
  // A series, and how much of the block's text is its own.
  struct Line {
    const SeriesStore::Entry* entry = nullptr;
    std::uint32_t size = 0;
    bool changed = true;
  };
  struct Block {
    std::vector<Line> lines = {};
    FragmentPart part = {};
    bool has_header = false;
    bool changed = true;
  };

  bool is_on_page() const;
  // Marks what has changed, and puts what is new in its place.
  void merge(Entries changed);
  static void merge(Block& block, Entries::const_iterator from, Entries::const_iterator to);
  // Appends a block with changes to the page and to `blocks`; several where it has grown too long.
  // `before` is its text so far.
  void rewrite(Block block, bool has_header, std::string_view before, FragmentBuilder& page,
               std::vector<Block>& blocks) const;
  std::string render(std::vector<Line>& lines, std::string_view& before) const;

  const SeriesStore& store_;
  Family family_;
  // HELP and TYPE.
  std::string header_;
  std::vector<Block> blocks_;
};

}  // namespace litellm_exporter
