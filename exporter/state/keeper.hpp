// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "state/journal.hpp"
#include "state/state.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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

  // For exporters that stand by; any thread may read it.
  const StateFeed& feed() const noexcept { return journal_.feed(); }
  // Whether nothing was ever saved. Any thread may ask.
  bool empty() const noexcept { return empty_; }

  // How much is here of the feed that is copied.
  const FeedPlace& copied() const noexcept { return copied_; }
  // Adds what another exporter's feed gave for copied(), or puts it in the place of what is here.
  // Throws DecodeError and FileError; then the next copy must be whole.
  void copy(std::string_view bytes);
  // When the last poll ended that is saved here, by the database's clock; 0 before the first. Any
  // thread may ask.
  Micros polled_at() const noexcept { return polled_at_; }
  // What is here goes its own way from now on.
  void stop_copying() { copied_ = {}; }

  // When the last save succeeded.
  std::optional<std::chrono::system_clock::time_point> saved_at() const { return saved_at_; }

 private:
  // Replaces the file where that is due; false where the changes are to be appended to it.
  bool write_whole(const State& state);

  Journal journal_;
  // Whether it was said already.
  bool displaced_ = false;
  FeedPlace copied_;
  // Whether what was here before the first copy was put aside.
  bool put_aside_ = false;
  std::atomic<Micros> polled_at_ = 0;
  std::atomic<bool> empty_ = true;
  std::optional<std::chrono::system_clock::time_point> saved_at_;
};

}  // namespace litellm_exporter
