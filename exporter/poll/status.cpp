// SPDX-License-Identifier: Apache-2.0
#include "poll/status.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

using Steady = std::chrono::steady_clock;

// A trouble that lasts is said once, and then again this often.
constexpr std::chrono::minutes kReminder{5};

// Troubles that do not go away by themselves are said once, until somebody mends them.
bool stays(Reason reason) { return reason == Reason::permission || reason == Reason::schema; }

// By what a trouble is known again.
std::string key_of(const std::string& collector, const PollError& error) {
  const bool shared = stays(error.reason()) || error.reason() == Reason::connect;
  return shared ? error.what() : collector + ": " + error.what();
}

}  // namespace

void StatusBoard::add(const std::string& name, Milliseconds interval, bool needed, bool counts) {
  const std::lock_guard lock(mutex_);
  CollectorStatus& status = collectors_[name];
  status.name = name;
  status.interval = interval;
  status.needed = needed;
  status.counts = counts;
}

void StatusBoard::retain(const std::set<std::string>& names) {
  const std::lock_guard lock(mutex_);
  std::erase_if(collectors_, [&](const auto& entry) { return !names.contains(entry.first); });
  said_.clear();
}

void StatusBoard::begins(const std::string& name) {
  const std::lock_guard lock(mutex_);
  collectors_[name].begun = Steady::now();
}

void StatusBoard::succeeded(const std::string& name, double seconds) {
  const std::lock_guard lock(mutex_);
  CollectorStatus& status = collectors_[name];
  ++status.polls;
  status.success = true;
  status.duration_seconds = seconds;
  status.last_success = std::chrono::system_clock::now();
  status.error.clear();
}

void StatusBoard::failed(const std::string& name, double seconds, const PollError& error) {
  const std::lock_guard lock(mutex_);
  CollectorStatus& status = collectors_[name];
  ++status.polls;
  ++status.failures[error.reason()];
  status.success = false;
  status.begun.reset();
  status.duration_seconds = seconds;
  status.error = error.what();
}

void StatusBoard::set_gaps(const std::string& name, std::size_t gaps) {
  const std::lock_guard lock(mutex_);
  collectors_[name].gaps = gaps;
}

void StatusBoard::set_database_up(bool up) {
  const std::lock_guard lock(mutex_);
  database_up_ = up;
}

bool StatusBoard::is_news(const std::string& collector, const PollError& error) {
  const auto now = Steady::now();
  const std::lock_guard lock(mutex_);
  std::erase_if(said_, [&](const auto& entry) { return now >= entry.second; });
  const auto again = stays(error.reason()) ? Steady::time_point::max() : now + kReminder;
  return said_.try_emplace(key_of(collector, error), again).second;
}

void StatusBoard::settled(const std::string& collector, const PollError& error) {
  const std::lock_guard lock(mutex_);
  said_.erase(key_of(collector, error));
}

std::optional<Steady::time_point> StatusBoard::begun(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = collectors_.find(name);
  return found == collectors_.end() ? std::nullopt : found->second.begun;
}

std::vector<CollectorStatus> StatusBoard::collectors() const {
  const std::lock_guard lock(mutex_);
  std::vector<CollectorStatus> list;
  list.reserve(collectors_.size());
  for (const auto& [name, status] : collectors_) {
    list.push_back(status);
  }
  return list;
}

bool StatusBoard::database_up() const {
  const std::lock_guard lock(mutex_);
  return database_up_;
}

bool StatusBoard::all_polled() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(collectors_.begin(), collectors_.end(), [](const auto& entry) {
    return entry.second.polls > 0 || !entry.second.needed;
  });
}

bool StatusBoard::caught_up() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(collectors_.begin(), collectors_.end(), [](const auto& entry) {
    const CollectorStatus& status = entry.second;
    const bool unanswered = status.failures[Reason::connect] > 0 ||
                            status.failures[Reason::timeout] > 0 ||
                            status.failures[Reason::state] > 0;
    return !status.counts || status.last_success || (status.polls > 0 && !unanswered);
  });
}

}  // namespace litellm_exporter
