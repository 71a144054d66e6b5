// SPDX-License-Identifier: Apache-2.0
#include "daily/error_codes.hpp"

#include "base/label_values.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

using Codes = std::vector<ErrorCodes::Codes>;

void drop_empty(Codes& codes) {
  std::erase_if(codes, [](const ErrorCodes::Codes& some) { return some.count == 0; });
}

// Takes out the codes of failures that have been counted with them. The newest go first on both
// sides: what was lost or written twice grows old then, and is forgotten.
void balance(ErrorCodes::Group& group) {
  for (std::size_t i = group.logged.size(); i > 0; --i) {
    ErrorCodes::Codes& logged = group.logged[i - 1];
    for (std::size_t j = group.summed.size(); j > 0; --j) {
      ErrorCodes::Codes& summed = group.summed[j - 1];
      if (summed.code == logged.code) {
        const std::uint64_t same = std::min(summed.count, logged.count);
        summed.count -= same;
        logged.count -= same;
      }
    }
  }
  drop_empty(group.logged);
  drop_empty(group.summed);
}

// Whoever has waited longest is next.
void give(ErrorCodes::Group& group, std::vector<ErrorCodes::Coded>& coded) {
  while (!group.waiting.empty() && !group.summed.empty()) {
    ErrorCodes::Waiting& failures = group.waiting.front();
    ErrorCodes::Codes& codes = group.summed.back();
    const std::uint64_t count = std::min(failures.count, codes.count);
    coded.push_back({failures.model, failures.provider, codes.code, count});
    failures.count -= count;
    codes.count -= count;
    if (failures.count == 0) {
      group.waiting.pop_front();
    }
    if (codes.count == 0) {
      group.summed.pop_back();
    }
  }
}

void give_up(ErrorCodes::Group& group, std::vector<ErrorCodes::Coded>& coded) {
  const ErrorCodes::Waiting& failures = group.waiting.front();
  coded.push_back({failures.model, failures.provider, std::string{kUnknown}, failures.count});
  group.waiting.pop_front();
}

}  // namespace

void ErrorCodes::read(Instant now) {
  pass(now);
  read_until_ = now;
  sums_ = Sums::readable;
}

void ErrorCodes::missed(Instant now) {
  pass(now);
  read_until_ = std::min(read_until_, now);
}

void ErrorCodes::unreadable() { sums_ = Sums::unreadable; }

// If the clock was set back, waiting begins anew: nobody knows for how long it was ahead.
void ErrorCodes::pass(Instant now) {
  now_ = now;
  const auto limit = [now](auto& some) {
    for (auto& each : some) {
      each.since = std::min(each.since, now);
    }
  };
  for (auto& [name, group] : groups_) {
    limit(group.waiting);
    limit(group.summed);
    limit(group.logged);
  }
}

void ErrorCodes::add(std::string_view group, std::string_view code, std::uint64_t count) {
  if (sums_ == Sums::readable && count > 0 && codes_ < kMost) {
    keep(groups_.try_emplace(std::string{group}).first->second.summed, code, count);
  }
}

void ErrorCodes::logged(std::string_view group, std::string_view code) {
  if (sums_ == Sums::readable && codes_ < kMost) {
    keep(groups_.try_emplace(std::string{group}).first->second.logged, code, 1);
  }
}

void ErrorCodes::keep(std::vector<Codes>& codes, std::string_view code, std::uint64_t count) {
  for (auto known = codes.rbegin(); known != codes.rend() && known->since == now_; ++known) {
    if (known->code == code) {
      known->count += count;
      return;
    }
  }
  codes.push_back({std::string{code}, count, now_});
  ++codes_;
}

bool ErrorCodes::wait(std::string_view group, std::string_view model, std::string_view provider,
                      std::uint64_t count) {
  if (sums_ != Sums::readable) {
    return false;
  }
  const auto known = groups_.find(group);
  if (known != groups_.end()) {
    auto& waiting = known->second.waiting;
    for (auto same = waiting.rbegin(); same != waiting.rend() && same->since == now_; ++same) {
      if (same->model == model && same->provider == provider) {
        same->count += count;
        return true;
      }
    }
  }
  if (waiting_ >= kMost) {
    return false;
  }
  Group& to = known != groups_.end() ? known->second : groups_[std::string{group}];
  to.waiting.push_back({std::string{model}, std::string{provider}, count, now_});
  ++waiting_;
  return true;
}

bool ErrorCodes::waits_for(const Waiting& waiting) const {
  return sums_ != Sums::unreadable && waiting.since + kPatience > read_until_ &&
         waiting.since + kMostPatience > now_;
}

std::vector<ErrorCodes::Coded> ErrorCodes::settle() {
  std::vector<Coded> coded;
  const auto is_old = [this](const Codes& codes) {
    return sums_ == Sums::unreadable || codes.since + kMemory <= now_;
  };
  for (auto& [name, group] : groups_) {
    balance(group);
    give(group, coded);
    while (!group.waiting.empty() && !waits_for(group.waiting.front())) {
      give_up(group, coded);
    }
    std::erase_if(group.summed, is_old);
    std::erase_if(group.logged, is_old);
  }
  std::erase_if(groups_, [](const Groups::value_type& group) {
    return group.second.waiting.empty() && group.second.summed.empty() &&
           group.second.logged.empty();
  });
  count_entries();
  return coded;
}

void ErrorCodes::restore(Groups groups) {
  groups_ = std::move(groups);
  count_entries();
}

void ErrorCodes::count_entries() {
  waiting_ = 0;
  codes_ = 0;
  for (const auto& [name, group] : groups_) {
    waiting_ += group.waiting.size();
    codes_ += group.summed.size() + group.logged.size();
  }
}

}  // namespace litellm_exporter
