// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace litellm_exporter {

// A row of LiteLLM_ProxyWorkerHeartbeat.
struct WorkerRow {
  std::string worker;
  std::string host;
  // Only ever compared for equality.
  std::string beat;
};

// Which of LiteLLM's workers are alive. A worker beats every minute by the database's clock, in the
// time zone of its session, which nothing tells: the age of a beat may be wrong by whole hours. So
// what counts is when a beat was seen to change. A worker is alive unless it missed three, as
// LiteLLM itself has it.
class WorkerBeats {
 public:
  using Clock = std::chrono::steady_clock;

  // Takes what the table holds at `now`.
  void see(const std::vector<WorkerRow>& rows, Clock::time_point now);

  // The live workers by host, of hosts whose every row is understood: rows of the first look may
  // have been left behind, which is known once they have changed or missed their beats.
  std::map<std::string, std::size_t> alive_by_host() const;

 private:
  struct Worker {
    std::string host;
    std::string beat;
    // For how long the beat has been the same.
    Clock::duration silent{};
    // Seen to change.
    bool has_beaten = false;
  };

  std::map<std::string, Worker> workers_;
  Clock::time_point seen_at_{};
  bool seen_ = false;
};

}  // namespace litellm_exporter
