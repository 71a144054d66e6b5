// SPDX-License-Identifier: Apache-2.0
#include "cluster/standing.hpp"

#include "base/random.hpp"

#include <ctime>
#include <thread>
#include <utility>

namespace litellm_exporter {

BootClock::time_point BootClock::now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

Standing::Standing() : id_(random_id()) {}

Role Standing::role() const {
  const std::lock_guard lock(mutex_);
  return role_;
}

void Standing::set_role(Role role) {
  const std::lock_guard lock(mutex_);
  role_ = role;
  if (role != Role::active) {
    leased_until_ = trusted_until_ = {};
  }
}

void Standing::lease_until(Clock::time_point time) {
  const std::lock_guard lock(mutex_);
  leased_until_ = time;
}

void Standing::trust_until(Clock::time_point time) {
  const std::lock_guard lock(mutex_);
  trusted_until_ = time;
}

bool Standing::is_leased(Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  return role_ == Role::active && now < leased_until_;
}

bool Standing::is_active(Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  return role_ == Role::active && (now < leased_until_ || now < trusted_until_);
}

bool Standing::promise(const std::string& peer, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (role_ != Role::standby) {
    return false;
  }
  promised_until_ = now + kLease;
  promised_to_ = peer;
  return true;
}

Standing::Clock::time_point Standing::promised_until() const {
  const std::lock_guard lock(mutex_);
  return promised_until_;
}

void Standing::resigned(const std::string& peer) {
  {
    const std::lock_guard lock(mutex_);
    resigned_ = true;
    if (promised_to_ == peer) {
      promised_until_ = {};
    }
  }
  changed_.notify_all();
}

void Standing::wait(Clock::duration time, const std::stop_token& stop) {
  // Whoever resigns again and again must not keep this thread busy.
  constexpr std::chrono::milliseconds kPause{50};
  std::unique_lock lock(mutex_);
  const bool woken = changed_.wait_for(lock, stop, time, [&] { return resigned_; });
  resigned_ = false;
  lock.unlock();
  if (woken) {
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace litellm_exporter
