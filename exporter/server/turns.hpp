// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace litellm_exporter {

// Turns at what one does at a time: first come, first served. The queue has places for so many in
// all and so many of one client, so that one who asks without end never fills it alone. May be used
// from any thread.
class Turns {
 public:
  struct Limits {
    std::size_t most;
    std::size_t most_of_one;
    std::chrono::milliseconds patience;
  };

  // It is one's turn as long as this lives.
  class Turn {
   public:
    Turn(Turns& owner, std::list<std::string>::iterator place) : owner_(owner), place_(place) {}
    ~Turn() { owner_.leave(place_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& owner_;
    std::list<std::string>::iterator place_;
  };

  explicit Turns(const Limits& limits) : limits_(limits) {}

  // Waits until it is the client's turn; null if there is no place, or it takes too long.
  std::unique_ptr<Turn> wait(const std::string& client);

 private:
  void leave(std::list<std::string>::iterator place);

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // The waiting ones; the first has the turn.
  std::list<std::string> queue_;
};

}  // namespace litellm_exporter
