// SPDX-License-Identifier: Apache-2.0
// The state that a peer sends: it is kept whole and loads again, or nothing of what was here
// changes.
#include "fuzz.hpp"
#include "scratch_directory.hpp"
#include "sealed.hpp"
#include "state/codec.hpp"
#include "state/feed.hpp"
#include "state/keeper.hpp"

#include <optional>

using namespace litellm_exporter;
using fuzz::require;

namespace {

SeriesStore::Bounds bounds() { return SeriesStore::Bounds{}; }

// Whether the copy was taken.
bool copy(StateKeeper& keeper, const std::string& bytes) {
  try {
    keeper.copy(bytes);
    return true;
  } catch (const DecodeError& e) {
    require(fuzz::is_clean(e.what()), "a refusal is one clean line");
    return false;
  }
}

// A copy from the beginning, for which chance would have to find the header as well.
std::optional<CopyHeader> read_header(const std::string& bytes) {
  try {
    return read_copy_header(bytes);
  } catch (const DecodeError&) {
    return std::nullopt;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = fuzz::text_of(data, size);
  const ScratchDirectory directory;
  bool taken = false;
  {
    StateKeeper keeper(directory.path());
    keeper.load(bounds());
    taken = copy(keeper, bytes);
    require(keeper.empty() != taken, "what is refused leaves nothing behind");
  }
  if (taken) {
    StateKeeper again(directory.path());
    require(!again.load(bounds()).damage, "what was taken loads again");
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  const std::string bytes = fuzz::text_of(data, size);
  const auto header = read_header(bytes);
  const auto records = header ? read_records(header->records, 0) : std::nullopt;
  if (records && !records->empty() && seed % 8 != 0) {
    std::vector<std::string> changed(records->begin(), records->end());
    fuzz::mutate_records(changed, most - size, seed / 8);
    const std::string start = bytes.substr(0, size - header->records.size());
    if (const std::size_t mutated =
            fuzz::replace_input(data, most, start + fuzz::sealed(changed))) {
      return mutated;
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}
