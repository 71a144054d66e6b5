// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/lease.hpp"
#include "cluster/peers.hpp"
#include "cluster/standing.hpp"
#include "state/feed.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace litellm_exporter {

// What is elected: it counts while it is active, and else keeps a copy of what the active one has
// saved. Called by the election's thread only.
class Candidate {
 public:
  virtual ~Candidate() = default;

  // Begins to count from what was saved or copied. `age`: for how long nothing was copied of an
  // exporter that may have counted on; nothing if nothing ever was.
  virtual void take_over(std::optional<Standing::Clock::duration> age) = 0;
  // Ends to count; what was counted is saved.
  virtual void step_down() = 0;

  // How much is here of the feed of the active exporter.
  virtual FeedPlace copied() const = 0;
  // False if it cannot be kept.
  virtual bool copy(const std::string& bytes) = 0;
  // As in PeerState.
  virtual bool has_saved() const = 0;
  virtual std::int64_t polled_at() const = 0;
};

// Decides, in a thread of its own, whether this exporter counts or stands by for another.
//
// Nobody challenges who has the lease and says so. Else whoever gets the lease waits for all others
// to be idle before it begins: for one that lives on a promise until that ends, for one that does
// not answer until a lease that it may still believe in has ended.
class Election {
 public:
  struct View {
    std::vector<Peer> peers;
    // When the copy was last seen to be complete.
    std::optional<std::chrono::system_clock::time_point> copied_at;
  };

  // All of these outlive it.
  Election(Lease lease, Peers peers, Standing& standing, Candidate& candidate);

  void start();
  // Steps down, gives the lease back, and tells the others. Takes a second or two.
  void stop();
  // Any thread may ask.
  View view() const;

 private:
  void run(const std::stop_token& stop);
  void stand_by(const std::stop_token& stop);
  // Has the lease; true once nobody else counts.
  bool wait_for_others(const std::stop_token& stop);
  void take_over(const std::stop_token& stop);
  void stay_active(const std::stop_token& stop);
  void keep_lease(const std::stop_token& stop);
  void step_down(const std::stop_token& stop);
  // The same before it has begun.
  void stand_down(const std::stop_token& stop);
  // How long to wait for those that do not answer.
  Standing::Clock::duration patience(const std::vector<Peer>& peers);
  void warn_of_strangers(bool taken);
  // Whatever is thrown ends a round, not the process.
  template <typename Work>
  void guarded(const Work& work, const std::stop_token& stop);
  std::vector<Peer> ask(Wish wish, const std::stop_token& stop);
  // Copies what this peer has saved and is not here yet; false if it does not come or cannot be
  // kept.
  bool copy(const Peer& peer, Milliseconds timeout, const std::stop_token& stop);

  Lease lease_;
  Peers peers_;
  Standing& standing_;
  Candidate& candidate_;

  // Of the election's thread.
  std::optional<Standing::Clock::time_point> copied_at_;
  std::optional<Standing::Clock::time_point> taken_since_;
  bool said_taken_ = false;
  bool said_newcomer_ = false;
  bool yielded_ = false;

  mutable std::mutex mutex_;
  View view_;
  std::jthread thread_;
};

}  // namespace litellm_exporter
