// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/election.hpp"
#include "config/config.hpp"
#include "metrics/self.hpp"
#include "poll/status.hpp"
#include "postgres/database.hpp"
#include "tally/tally.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

namespace litellm_exporter {

// This exporter as one of several, of which one counts and is scraped for it. What is not said to
// be of one thread may be called from any.
class Member final : private Candidate {
 public:
  struct Parts {
    // The tally belongs to the member's thread while nothing polls.
    Tally& tally;
    StatusBoard& board;
    // Connects to the database for the lease alone.
    std::function<postgres::Database(postgres::Answered)> connect;
    // Takes the tally over and begins to poll. `at_once`: see Tally::take_over().
    std::function<void(bool at_once)> begin;
    // Ends to poll and withdraws what is shown.
    std::function<void()> end;
  };
  Member(const Config& config, Parts parts);

  // Of the thread that owns it.
  void start() { election_.start(); }
  // Gives up what it has to another; takes a second or two.
  void stop() { election_.stop(); }

  // Whether counters and gauges are shown: at most one member does. Not before all was counted that
  // another one may have shown.
  bool shows() const;
  // Whether it counts and has polled, or stands by for somebody and has a copy.
  bool is_ready() const;
  ClusterView view() const;

  // For its peers. Whether one knows the secret.
  bool admits(std::string_view secret) const;
  // What a peer that is called `from` is told about its wish, as JSON.
  std::string answer(const std::string& from, std::string_view wish);
  // What was saved behind this place.
  StateFeed::Piece saved(const FeedPlace& place) const;

 private:
  bool stands_by_well() const;
  void take_over(std::optional<Standing::Clock::duration> age) override;
  void step_down() override;
  FeedPlace copied() const override;
  bool copy(const std::string& bytes) override;
  bool has_saved() const override;
  std::int64_t polled_at() const override;

  Parts parts_;
  Secret secret_;
  Milliseconds poll_interval_;
  Standing standing_;
  std::atomic<bool> copy_fails_ = false;
  // Last: its thread uses the rest.
  Election election_;
};

}  // namespace litellm_exporter
