// SPDX-License-Identifier: Apache-2.0
// The state file: a damaged one is found out, and what is read of another one is written again as
// it was.
#include "state/state.hpp"

#include "fuzz.hpp"
#include "sealed.hpp"
#include "state/codec.hpp"
#include "tally/bounds.hpp"

using namespace litellm_exporter;
using fuzz::require;

namespace {

SeriesStore::Bounds bounds() { return bounds_of(Config{}); }

void check_contents(const JournalContents& contents, std::size_t size) {
  require(contents.base <= contents.end && contents.end <= size, "records are within the file");
  require(!contents.damage.empty() || !contents.records.empty(), "a file holds something");
}

// What is on the disk after a state was loaded must load as the same.
void check_state(const std::vector<std::string_view>& records) {
  State state(bounds());
  for (const std::string_view record : records) {
    apply_record(record, state);
  }
  state.series.restored();
  const std::string once = encode_all(state);
  State copy(bounds());
  apply_record(once, copy);
  copy.series.restored();
  require(encode_all(copy).size() == once.size(), "what was loaded can be saved and loaded");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The records refer to it.
  const std::string file = fuzz::text_of(data, size);
  const JournalContents contents = read_journal(file);
  check_contents(contents, size);
  if (contents.damage.empty()) {
    try {
      check_state(contents.records);
    } catch (const DecodeError& e) {
      require(fuzz::is_clean(e.what()), "damage is said in one clean line");
    }
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  const std::string file = fuzz::text_of(data, size);
  const JournalContents contents = read_journal(file);
  // One in eight is changed anywhere, checksums included.
  if (contents.damage.empty() && seed % 8 != 0) {
    std::vector<std::string> records(contents.records.begin(), contents.records.end());
    fuzz::mutate_records(records, most - size, seed / 8);
    const std::string changed = fuzz::sealed(records);
    const std::string start = journal_start(journal_start_size() + changed.size());
    if (const std::size_t mutated = fuzz::replace_input(data, most, start + changed)) {
      return mutated;
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}
