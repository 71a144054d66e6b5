// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/task.hpp"

#include <memory>
#include <thread>
#include <vector>

namespace litellm_exporter {

using Collectors = std::vector<std::unique_ptr<Collector>>;

// A thread that runs its collectors one after the other, each when it is due. One failing collector
// disturbs no other. The destructor stops and joins.
class Worker {
 public:
  // The collectors and the board outlive it.
  Worker(const Collectors& collectors, StatusBoard& board);

 private:
  static void run(std::vector<Task> tasks, const std::stop_token& stop);

  std::jthread thread_;
};

}  // namespace litellm_exporter
