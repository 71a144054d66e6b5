// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace litellm_exporter {

// Finds out whether the requests of one outcome become rows, by comparing LiteLLM's daily sums with
// what rows were seen. Times are in microseconds by the database's clock. Pure; belongs to the
// thread that polls the database.
class LogWatch {
 public:
  // LiteLLM writes rows and sums every ten seconds or so, one after the other: what the sums had so
  // long ago should be rows by now.
  static constexpr std::int64_t kLag = 25'000'000;
  // Neither rows nor sums have anything under way after such a pause.
  static constexpr std::int64_t kPause = 60'000'000;
  // While rows cannot be read the sums go on.
  static constexpr std::size_t kMostSamples = 1'000;

  // While rows are counted: `summed` requests of today and yesterday are in the sums at `now`, and
  // `counted` of them were counted from rows, which have been read up to `read_until`. True if most
  // of what the sums have gained is missing in the rows: LiteLLM does not write them. A few that
  // are lost, such as those whose ids collide, are no reason to do without the rest of what rows
  // tell.
  bool is_missing(std::int64_t now, std::int64_t read_until, double summed, double counted);

  // While the sums are counted: whether rows come again for most of what the sums gain, and whether
  // nothing moves now, so that the change harms nobody. `seen` are rows since the process began.
  void follow(std::int64_t now, double summed, double seen);
  bool has_rows() const noexcept { return has_rows_; }
  bool is_paused(std::int64_t now) const noexcept { return moved_ != 0 && now - moved_ >= kPause; }

  // Whether what is known now has been compared.
  bool has_compared() const noexcept { return has_compared_; }
  // Another day begins, or another source: sums before prove nothing.
  void forget() { *this = {}; }

  // What is saved: the sums at the last comparison, and how much of them was missing in the rows.
  struct Compared {
    bool known = false;
    double summed = 0;
    double missing = 0;
  };
  const Compared& compared() const noexcept { return compared_; }
  void restore(const Compared& compared) { compared_ = compared; }

 private:
  struct Sample {
    std::int64_t time;
    double summed;
  };
  std::deque<Sample> samples_;
  Compared compared_;
  bool has_compared_ = false;

  // Of the sums: where the stretch that is compared began, when they first gained in it (0: not
  // yet), and the last that was seen.
  Sample begin_{};
  double seen_at_begin_ = 0;
  std::int64_t gained_at_ = 0;
  double last_summed_ = 0;
  double last_seen_ = 0;
  bool has_rows_ = false;
  std::int64_t moved_ = 0;
};

}  // namespace litellm_exporter
