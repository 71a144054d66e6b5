// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/collector.hpp"
#include "poll/status.hpp"

#include <memory>
#include <thread>
#include <vector>

namespace litellm_exporter {

// A thread that runs its collectors one after the other, each when it is due, and reports how they
// did. One failing collector disturbs no other. The destructor stops and joins.
class Worker {
 public:
  Worker(std::vector<std::unique_ptr<Collector>> collectors, StatusBoard& board);

 private:
  struct Task;

  void run(const std::stop_token& stop);
  void run_one(Task& task, const std::stop_token& stop);

  std::vector<std::unique_ptr<Collector>> collectors_;
  StatusBoard& board_;
  std::jthread thread_;
};

}  // namespace litellm_exporter
