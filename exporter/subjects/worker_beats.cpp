// SPDX-License-Identifier: Apache-2.0
#include "subjects/worker_beats.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr std::chrono::minutes kBeat{1};
constexpr auto kMissed = 3 * kBeat;

}  // namespace

void WorkerBeats::see(const std::vector<WorkerRow>& rows, Clock::time_point now) {
  // While the table cannot be read, workers may be unable to write to it: that is no silence.
  const Clock::duration passed = std::min<Clock::duration>(now - seen_at_, kBeat);
  std::map<std::string, Worker> workers;
  for (const WorkerRow& row : rows) {
    Worker worker{.host = row.host, .beat = row.beat};
    const auto known = workers_.find(row.worker);
    if (known == workers_.end() || known->second.beat != row.beat) {
      worker.has_beaten = seen_;
    } else {
      worker.has_beaten = known->second.has_beaten;
      worker.silent = known->second.silent + passed;
    }
    workers.insert_or_assign(row.worker, std::move(worker));
  }
  workers_ = std::move(workers);
  seen_at_ = now;
  seen_ = true;
}

std::map<std::string, std::size_t> WorkerBeats::alive_by_host() const {
  std::map<std::string, std::size_t> alive;
  std::set<std::string> unclear;
  for (const auto& [id, worker] : workers_) {
    const bool missed = worker.silent >= kMissed;
    if (!worker.has_beaten && !missed) {
      unclear.insert(worker.host);
    }
    alive[worker.host] += missed ? 0 : 1;
  }
  for (const std::string& host : unclear) {
    alive.erase(host);
  }
  return alive;
}

}  // namespace litellm_exporter
