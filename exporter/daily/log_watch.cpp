// SPDX-License-Identifier: Apache-2.0
#include "daily/log_watch.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr double kMost = 0.5;

}  // namespace

bool LogWatch::is_missing(std::int64_t now, std::int64_t read_until, double summed,
                          double counted) {
  if (!samples_.empty() && now < samples_.back().time) {
    // The clock was set back.
    samples_.clear();
  }
  samples_.push_back({now, summed});
  const auto is_old = [&](const Sample& sample) { return sample.time <= read_until - kLag; };
  if (!is_old(samples_.front())) {
    return false;
  }
  while ((samples_.size() > 1 && is_old(samples_[1])) || samples_.size() > kMostSamples) {
    samples_.pop_front();
  }
  has_compared_ = true;
  const double old = samples_.front().summed;
  const double missing = std::max(0.0, old - counted);
  const double gained = old - compared_.summed;
  const double missed = missing - compared_.missing;
  if (compared_.known && gained >= 1 && missed >= 1 && missed >= gained * kMost) {
    return true;
  }
  if (!compared_.known || gained != 0) {
    compared_ = {true, old, missing};
  }
  return false;
}

void LogWatch::follow(std::int64_t now, double summed, double seen) {
  const auto begin = [&] {
    begin_ = {now, summed};
    seen_at_begin_ = seen;
    gained_at_ = 0;
  };
  if (moved_ == 0 || now < moved_) {
    begin();
    moved_ = now;
  } else if (summed != last_summed_ || seen != last_seen_) {
    moved_ = now;
  }
  last_summed_ = summed;
  last_seen_ = seen;
  const double gained = summed - begin_.summed;
  if (gained < 0) {
    begin();
  } else if (gained >= 1) {
    if (gained_at_ == 0) {
      gained_at_ = now;
    }
    // Sums may be written and read before the rows of the same requests.
    if (now - gained_at_ >= kLag) {
      has_rows_ = seen - seen_at_begin_ >= gained * kMost;
      begin();
    }
  }
}

}  // namespace litellm_exporter
