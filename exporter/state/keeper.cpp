// SPDX-License-Identifier: Apache-2.0
#include "state/keeper.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "poll/error.hpp"
#include "state/codec.hpp"

namespace litellm_exporter {

StateKeeper::Loaded StateKeeper::load(const SeriesStore::Bounds& bounds) {
  Journal::Contents contents = journal_.load();
  if (contents.condition == Journal::Condition::torn) {
    log::warn("the last save was not finished; going on from the one before",
              {{"file", journal_.path()}});
  }
  if (contents.condition != Journal::Condition::damaged) {
    State state(bounds);
    try {
      for (const std::string& record : contents.records) {
        apply_record(record, state);
      }
      state.series.restored();
      state.seen.forget_before(state.cursor.floor);
      return {std::move(state), std::nullopt};
    } catch (const DecodeError& e) {
      contents.reason = e.what();
      journal_.set_aside();
    }
  }
  log::error("the state file is damaged: counters start at zero from a new baseline",
             {{"file", journal_.path()},
              {"reason", contents.reason},
              {"moved_to", journal_.path() + ".damaged"}});
  return {State(bounds), contents.reason};
}

void StateKeeper::save(State& state) {
  try {
    bool replaced = false;
    if (journal_.wants_replacement()) {
      try {
        journal_.replace(encode_all(state));
        replaced = true;
      } catch (const FileError& e) {
        // A full disk may still have the room reserved for appending.
        log::debug("cannot replace the state file, appending to it", {{"err", e.what()}});
      }
    }
    if (!replaced) {
      journal_.append(encode_changes(state));
    }
  } catch (const FileError& e) {
    throw PollError(Reason::state, e.what());
  }
  state.series.saved();
  state.seen.saved();
  saved_at_ = std::chrono::system_clock::now();
}

}  // namespace litellm_exporter
