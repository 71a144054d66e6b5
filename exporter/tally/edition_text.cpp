// SPDX-License-Identifier: Apache-2.0
#include "tally/edition_text.hpp"

namespace litellm_exporter {

std::shared_ptr<const Fragment> EditionText::update(SeriesStore& store,
                                                    const FamilySwitches& families) {
  if (text_ && store.stale().empty()) {
    return text_;
  }
  EnumArray<Family, FamilyBlocks::Entries> changed;
  FragmentBuilder page;
  if (text_) {
    page.reserve(*text_);
    for (const SeriesStore::Changed& stale : store.stale()) {
      changed[stale.family].push_back(stale.entry);
    }
  } else {
    for (const Family family : kEnumerators<Family>) {
      for (const SeriesStore::Entry& entry : store.series(family)) {
        changed[family].push_back(&entry);
      }
      if (info(family).enabled(families)) {
        families_.emplace_back(store, family);
      }
    }
  }
  for (FamilyBlocks& family : families_) {
    family.write(std::move(changed[family.family()]), text_.get(), page);
  }
  store.rendered();
  text_ = page.finish();
  return text_;
}

void EditionText::reset() {
  families_.clear();
  text_ = nullptr;
}

}  // namespace litellm_exporter
