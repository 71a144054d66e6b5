// SPDX-License-Identifier: Apache-2.0
#include "tally/family_blocks.hpp"

#include "series/render.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace litellm_exporter {
namespace {

// Of small blocks less is made anew where series change here and there; large ones compress better.
// With 64 lines the page is within a few percent of the smallest.
constexpr std::size_t kLines = 64;

const std::string& key_of(const SeriesStore::Entry* entry) { return entry->first; }

std::string_view take(std::string_view& text, std::size_t size) {
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

std::string_view take_lines(std::string_view& text, std::size_t lines) {
  std::size_t end = 0;
  for (; lines > 0; --lines) {
    end = text.find('\n', end) + 1;
  }
  return take(text, end);
}

}  // namespace

FamilyBlocks::FamilyBlocks(const SeriesStore& store, Family family)
    : store_(store),
      family_(family),
      header_(text_of(litellm_exporter::render(store, family, {}))) {}

void FamilyBlocks::write(Entries changed, const Fragment* before, FragmentBuilder& page) {
  merge(std::move(changed));
  std::vector<Block> blocks;
  blocks.reserve(blocks_.size());
  const bool shown = is_on_page();
  for (Block& block : blocks_) {
    const bool has_header = shown && blocks.empty();
    if (!block.changed && block.has_header == has_header) {
      block.part = page.copy_part(*before, block.part);
      blocks.push_back(std::move(block));
    } else {
      const std::string_view page_before = before == nullptr ? "" : std::string_view{before->plain};
      const std::string_view text =
          page_before.substr(block.part.plain_begin, block.part.plain_size);
      rewrite(std::move(block), has_header, text, page, blocks);
    }
  }
  blocks_ = std::move(blocks);
}

bool FamilyBlocks::is_on_page() const {
  return std::ranges::any_of(store_.series(family_), [this](const auto& entry) {
    return litellm_exporter::is_on_page(family_, entry.second);
  });
}

void FamilyBlocks::merge(Entries changed) {
  std::ranges::sort(changed, {}, key_of);
  if (blocks_.empty() && !changed.empty()) {
    blocks_.emplace_back();
  }
  auto from = changed.cbegin();
  for (std::size_t i = 0; from != changed.cend(); ++i) {
    // What is in front of the first series of all goes to the first block.
    const auto to =
        i + 1 == blocks_.size()
            ? changed.cend()
            : std::ranges::lower_bound(from, changed.cend(),
                                       key_of(blocks_[i + 1].lines.front().entry), {}, key_of);
    if (from != to) {
      merge(blocks_[i], from, to);
      from = to;
    }
  }
}

void FamilyBlocks::merge(Block& block, Entries::const_iterator from, Entries::const_iterator to) {
  const auto key_of_line = [](const Line& line) { return std::string_view{line.entry->first}; };
  block.changed = true;
  std::vector<Line> fresh;
  for (; from != to; ++from) {
    const std::string_view key = key_of(*from);
    const auto line = std::ranges::lower_bound(block.lines, key, {}, key_of_line);
    if (line != block.lines.end() && line->entry == *from) {
      line->changed = true;
    } else {
      fresh.push_back({*from});
    }
  }
  if (!fresh.empty()) {
    const auto known = static_cast<std::ptrdiff_t>(block.lines.size());
    block.lines.insert(block.lines.end(), fresh.begin(), fresh.end());
    std::ranges::inplace_merge(block.lines, block.lines.begin() + known, {}, key_of_line);
  }
}

void FamilyBlocks::rewrite(Block block, bool has_header, std::string_view before,
                           FragmentBuilder& page, std::vector<Block>& blocks) const {
  if (block.has_header) {
    take(before, header_.size());
  }
  const std::size_t most = std::max<std::size_t>(1, kLines / store_.lines_of_each(family_));
  const std::size_t step = block.lines.size() > 2 * most ? most : block.lines.size();
  for (auto from = block.lines.begin(); from != block.lines.end();) {
    const auto to = from + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(step),
                                                    block.lines.end() - from);
    Block next{{from, to}, {}, std::exchange(has_header, false), false};
    std::string text = next.has_header ? header_ : "";
    text += render(next.lines, before);
    next.part = page.add_part(text);
    blocks.push_back(std::move(next));
    from = to;
  }
}

std::string FamilyBlocks::render(std::vector<Line>& lines, std::string_view& before) const {
  Entries changed;
  for (const Line& line : lines) {
    if (line.changed) {
      changed.push_back(line.entry);
    }
  }
  const std::string fresh = text_of(litellm_exporter::render(store_, family_, changed));
  std::string_view rest = fresh;
  take(rest, header_.size());
  std::string text;
  for (Line& line : lines) {
    const std::string_view old = take(before, line.size);
    if (!line.changed) {
      text += old;
      continue;
    }
    const bool shown = litellm_exporter::is_on_page(family_, line.entry->second);
    const std::string_view own = take_lines(rest, shown ? store_.lines_of_each(family_) : 0);
    text += own;
    line.size = static_cast<std::uint32_t>(own.size());
    line.changed = false;
  }
  return text;
}

}  // namespace litellm_exporter
