// SPDX-License-Identifier: Apache-2.0
#include "state/keeper.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "poll/error.hpp"
#include "state/codec.hpp"
#include "state/journal_format.hpp"

#include <utility>

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
      for (const std::string_view record : contents.records) {
        apply_record(record, state);
      }
      state.series.restored();
      state.seen.forget_before(state.cursor.floor);
      state.ledger_seen.forget_before(state.ledger_cursor.floor);
      polled_at_ = state.cursor.polled_at;
      empty_ = contents.records.empty();
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
  empty_ = true;
  return {State(bounds), contents.reason};
}

void StateKeeper::copy(std::string_view bytes) {
  const FeedPlace before = std::exchange(copied_, {});
  const CopyHeader header = read_copy_header(bytes);
  const bool goes_on = header.file_id == before.file_id && header.begin == before.end &&
                       header.begin == journal_.end() && !journal_.displaced();
  const auto records = read_records(header.records, goes_on ? journal_.count() : 0);
  if (!records || (!goes_on && (records->empty() || header.begin != journal_start_size()))) {
    throw DecodeError("is damaged");
  }
  // What another version added makes no sense here: better an older state than none.
  State scratch{SeriesStore::Bounds{}};
  for (const std::string_view record : *records) {
    apply_record(record, scratch);
  }
  if (goes_on) {
    for (const std::string_view record : *records) {
      journal_.append(record);
    }
  } else {
    if (!std::exchange(put_aside_, true) && journal_.keep_before()) {
      log::warn("going on from a copy of the active exporter's counters",
                {{"file", journal_.path()}, {"own_before", journal_.path() + ".before"}});
    }
    journal_.replace(*records);
  }
  if (!records->empty()) {
    polled_at_ = scratch.cursor.polled_at;
  }
  empty_ = false;
  copied_ = {header.file_id, journal_.end()};
}

bool StateKeeper::write_whole(const State& state) {
  if (journal_.displaced()) {
    if (!std::exchange(displaced_, true)) {
      log::warn("the state file was removed, replaced or cut: writing it anew",
                {{"file", journal_.path()}});
    }
  } else if (journal_.can_append() && !journal_.wants_replacement()) {
    return false;
  }
  try {
    journal_.replace(encode_all(state));
    displaced_ = false;
    return true;
  } catch (const FileError& e) {
    if (displaced_ || !journal_.can_append()) {
      throw;
    }
    // A full disk may still have the room reserved for appending.
    log::debug("cannot replace the state file, appending to it", {{"err", e.what()}});
    return false;
  }
}

void StateKeeper::save(State& state) {
  try {
    if (!write_whole(state)) {
      journal_.append(encode_changes(state));
    }
  } catch (const FileError& e) {
    throw PollError(Reason::state, e.what());
  }
  state.series.saved();
  state.seen.saved();
  state.ledger_seen.saved();
  state.daily.saved();
  state.levels.saved();
  polled_at_ = state.cursor.polled_at;
  empty_ = false;
  saved_at_ = std::chrono::system_clock::now();
}

}  // namespace litellm_exporter
