// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "state/journal.hpp"
#include "state/state.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace litellm_exporter {

// Loads the state once at start and saves it after each poll. Belongs to one thread.
class StateKeeper {
 public:
  // Opens and locks the directory. Throws FileError.
  explicit StateKeeper(const std::string& directory) : journal_(directory) {}

  struct Loaded {
    State state;
    // Why the state is empty although there was a file.
    std::optional<std::string> damage;
  };
  // Throws FileError if there is a file that cannot be read.
  Loaded load(const SeriesStore::Bounds& bounds);

  // Durable when it returns. After an error nothing is lost: the next save includes it.
  // Throws PollError with Reason::state.
  void save(State& state);

  // When the last save succeeded.
  std::optional<std::chrono::system_clock::time_point> saved_at() const { return saved_at_; }

 private:
  // Replaces the file where that is due; false where the changes are to be appended to it.
  bool write_whole(const State& state);

  Journal journal_;
  // Whether it was said already.
  bool displaced_ = false;
  std::optional<std::chrono::system_clock::time_point> saved_at_;
};

}  // namespace litellm_exporter
