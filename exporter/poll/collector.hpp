// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "poll/gap.hpp"

#include <stop_token>
#include <string>

namespace litellm_exporter {

// One subject that is polled at its own pace. Used by one worker's thread only.
class Collector {
 public:
  Collector(std::string name, Milliseconds interval)
      : name_(std::move(name)), interval_(interval) {}
  virtual ~Collector() = default;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  const std::string& name() const noexcept { return name_; }
  Milliseconds interval() const noexcept { return interval_; }

  // Reads the outside world and publishes what it found. Throws PollError.
  virtual void collect(const std::stop_token& stop) = 0;
  // Whether the exporter is ready only once this has polled.
  virtual bool needed() const { return true; }
  // Whether a poll costs money: then a reload does not bring the next one forward.
  virtual bool costly() const { return false; }
  // What the last poll did without.
  virtual Gaps gaps() const { return {}; }

 private:
  std::string name_;
  Milliseconds interval_;
};

}  // namespace litellm_exporter
