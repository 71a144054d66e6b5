// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "base/enum_array.hpp"
#include "poll/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace litellm_exporter {

// How one collector is doing.
struct CollectorStatus {
  using Time = std::chrono::system_clock::time_point;

  std::string name;
  Milliseconds interval{0};
  bool needed = true;
  // Whether counters come of it.
  bool counts = false;
  std::uint64_t polls = 0;
  EnumArray<Reason, std::uint64_t> failures;
  bool success = false;
  double duration_seconds = 0;
  // Tables and columns that its last poll did without.
  std::size_t gaps = 0;
  std::optional<Time> last_success;
  // When the last poll began, unless it failed.
  std::optional<std::chrono::steady_clock::time_point> begun;
  // One line, empty while it succeeds.
  std::string error;

  bool operator==(const CollectorStatus&) const = default;
};

// Holds the reports of the collectors for the pages. May be used from any thread; survives a
// reload.
class StatusBoard {
 public:
  // One that is not `needed` does not hold up readiness; counters come of one that `counts`.
  void add(const std::string& name, Milliseconds interval, bool needed, bool counts = false);
  // Forgets the collectors that the configuration no longer has, and what was said.
  void retain(const std::set<std::string>& names);
  void begins(const std::string& name);
  void succeeded(const std::string& name, double seconds);
  void failed(const std::string& name, double seconds, const PollError& error);
  void set_gaps(const std::string& name, std::size_t gaps);
  void set_database_up(bool up);

  // Whether nobody has said this lately. When the database is away, a dozen collectors fail alike,
  // and when a right or a table is missing, the text names it: then one of them speaks for all.
  bool is_news(const std::string& collector, const PollError& error);
  // The trouble is over: the next time it will be news again.
  void settled(const std::string& collector, const PollError& error);

  // When the last poll began, one that was broken off by a reload included. Nothing if it failed:
  // a reload may be the remedy.
  std::optional<std::chrono::steady_clock::time_point> begun(const std::string& name) const;
  std::vector<CollectorStatus> collectors() const;
  bool database_up() const;
  // True once every needed collector has ended its first poll, well or badly.
  bool all_polled() const;
  // True once every collector of counters has succeeded, or fails for another reason than that the
  // database does not answer in time, or the state cannot be saved: waiting would bring no more.
  bool caught_up() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, CollectorStatus> collectors_;
  bool database_up_ = false;
  // When each trouble is to be said again.
  std::map<std::string, std::chrono::steady_clock::time_point> said_;
};

}  // namespace litellm_exporter
