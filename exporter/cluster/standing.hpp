// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

namespace litellm_exporter {

// How long an exporter may count and be scraped without having renewed its lease, and how long a
// promise to a peer holds.
inline constexpr std::chrono::seconds kLease{15};

enum class Role { standby, taking_over, active };

inline constexpr EnumArray<Role, std::string_view> kRoleNames{
    {Role::standby, "standby"},
    {Role::taking_over, "taking_over"},
    {Role::active, "active"},
};

constexpr std::string_view name_of(Role role) { return kRoleNames[role]; }

// Time since the start of the machine, also while it was suspended: a lease ends meanwhile.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;

  static time_point now() noexcept;
};

// What this exporter is among those of its deployment. At any moment at most one may show counters:
// it has the database's lease or, while the database answers nobody, the promise of all others that
// they will not begin before it ends. May be used from any thread.
class Standing {
 public:
  using Clock = BootClock;

  Standing();

  // Of this process alone.
  const std::string& id() const noexcept { return id_; }
  Role role() const;
  void set_role(Role role);

  // The lease is held until then.
  void lease_until(Clock::time_point time);
  // All others have promised until then.
  void trust_until(Clock::time_point time);
  bool is_leased(Clock::time_point now) const;
  // Whether counters may be shown.
  bool is_active(Clock::time_point now) const;

  // A peer that is active cannot reach the database and wants to go on. Only who stands by
  // promises; who has the lease by now does not.
  bool promise(const std::string& peer, Clock::time_point now);
  // Until when this exporter must not begin.
  Clock::time_point promised_until() const;

  // A peer has ended by its own will: whoever waits looks at once.
  void resigned(const std::string& peer);
  // Waits so long, for a peer to resign, or for a stop.
  void wait(Clock::duration time, const std::stop_token& stop);

 private:
  const std::string id_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Role role_ = Role::standby;
  Clock::time_point leased_until_;
  Clock::time_point trusted_until_;
  Clock::time_point promised_until_;
  std::string promised_to_;
  bool resigned_ = false;
};

}  // namespace litellm_exporter
