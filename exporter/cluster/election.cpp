// SPDX-License-Identifier: Apache-2.0
#include "cluster/election.hpp"

#include "base/log.hpp"
#include "base/threads.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace litellm_exporter {
namespace {

using Clock = Standing::Clock;
using Reach = Peer::Reach;

// A lease outlives three of them.
constexpr std::chrono::seconds kBeat{4};
constexpr Milliseconds kCopyTimeout{60'000};
// While a lease is held that must not end meanwhile.
constexpr Milliseconds kLastCopyTimeout{3'000};
constexpr std::chrono::minutes kNewcomer{1};
// While something is amiss.
constexpr std::chrono::milliseconds kHaste{500};

bool is_active(const Peer& peer) {
  return peer.reach == Reach::answers && peer.state.role == Role::active;
}

bool is_leased(const Peer& peer) { return is_active(peer) && peer.state.leased; }

}  // namespace

Election::Election(Lease lease, Peers peers, Standing& standing, Candidate& candidate)
    : lease_(std::move(lease)),
      peers_(std::move(peers)),
      standing_(standing),
      candidate_(candidate) {}

void Election::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Election::stop() {
  thread_.request_stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

Election::View Election::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

void Election::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    guarded([&] { standing_.role() == Role::active ? stay_active(stop) : stand_by(stop); }, stop);
  }
  const bool was_active = standing_.role() == Role::active;
  // In this order: nobody else may begin before this one has ended.
  standing_.set_role(Role::standby);
  if (was_active) {
    candidate_.step_down();
  }
  lease_.release({});
  if (was_active) {
    guarded([&] { static_cast<void>(peers_.ask(Wish::resign, {})); }, stop);
  }
}

template <typename Work>
void Election::guarded(const Work& work, const std::stop_token& stop) {
  try {
    work();
  } catch (const std::exception& e) {
    // What this exporter may show ends with its lease; until then there may be a thread, or memory,
    // again.
    log::error("cannot decide which exporter counts; trying again",
               {{"err", is_lack_of_threads(e) ? kNoThread : e.what()}});
    if (standing_.role() == Role::taking_over) {
      stand_down(stop);
    }
    standing_.wait(kBeat, stop);
  }
}

void Election::stand_down(const std::stop_token& stop) {
  lease_.release(stop);
  standing_.set_role(Role::standby);
}

std::vector<Peer> Election::ask(Wish wish, const std::stop_token& stop) {
  std::vector<Peer> peers = peers_.ask(wish, stop);
  const std::lock_guard lock(mutex_);
  view_.peers = peers;
  return peers;
}

void Election::stand_by(const std::stop_token& stop) {
  const std::vector<Peer> peers = ask(Wish::look, stop);
  const auto active = std::ranges::find_if(peers, is_active);
  if (active != peers.end()) {
    copy(*active, kCopyTimeout, stop);
  }
  const bool challenged = std::ranges::none_of(peers, is_leased);
  yielded_ = yielded_ && challenged;
  const Lease::Outcome outcome = challenged ? lease_.renew(stop) : Lease::Outcome::taken;
  if (!challenged) {
    lease_.look(stop);
  }
  if (outcome == Lease::Outcome::held && wait_for_others(stop)) {
    take_over(stop);
    return;
  }
  warn_of_strangers(outcome == Lease::Outcome::taken && active == peers.end());
  standing_.wait(active == peers.end() ? kHaste : std::chrono::milliseconds(kBeat), stop);
}

void Election::warn_of_strangers(bool taken) {
  if (!taken) {
    taken_since_.reset();
    said_taken_ = false;
    return;
  }
  taken_since_ = taken_since_.value_or(Clock::now());
  if (Clock::now() - *taken_since_ > 2 * kLease && !std::exchange(said_taken_, true)) {
    log::warn(
        "somebody who is no peer, or does not answer as one, holds the lock by which an "
        "exporter counts: pg_locks has who holds the advisory lock");
  }
}

bool Election::wait_for_others(const std::stop_token& stop) {
  standing_.set_role(Role::taking_over);
  const auto since = Clock::now();
  while (!stop.stop_requested() && lease_.renew(stop) == Lease::Outcome::held) {
    const std::vector<Peer> peers = ask(Wish::look, stop);
    const bool counted_before = std::ranges::any_of(peers, is_active);
    // On two servers two may have a lease each: the one with the lower name goes on.
    const bool is_second = std::ranges::any_of(peers, [&](const Peer& peer) {
      return peer.reach == Reach::answers && peer.state.role == Role::taking_over &&
             peer.state.id < standing_.id();
    });
    // After an outage of the database the one that counted before goes on, if it can: it tries more
    // often.
    if (is_second || std::ranges::any_of(peers, is_leased) ||
        (counted_before && !std::exchange(yielded_, true))) {
      break;
    }
    const auto now = Clock::now();
    if (now >= standing_.promised_until() && !counted_before && now >= since + patience(peers)) {
      return true;
    }
    standing_.wait(kHaste, stop);
  }
  stand_down(stop);
  return false;
}

Clock::duration Election::patience(const std::vector<Peer>& peers) {
  const auto reached = [](Reach reach) {
    return [reach](const Peer& peer) { return peer.reach == reach; };
  };
  // Whoever has nothing would begin anew, and others would copy that.
  if (!candidate_.has_saved() && !std::ranges::all_of(peers, reached(Reach::answers))) {
    if (!std::exchange(said_newcomer_, true)) {
      log::info(
          "nothing was saved here, and not every peer answers: waiting a minute for one that "
          "has counted before");
    }
    return kNewcomer;
  }
  return std::ranges::any_of(peers, reached(Reach::silent)) ? Clock::duration(kLease)
                                                            : Clock::duration(0);
}

void Election::take_over(const std::stop_token& stop) {
  for (const Peer& peer : view().peers) {
    const bool knows_more = peer.state.polled_at > candidate_.polled_at() ||
                            (peer.state.saved && !candidate_.has_saved());
    if (peer.reach == Reach::answers && knows_more && !copy(peer, kLastCopyTimeout, stop) &&
        !candidate_.has_saved()) {
      // It ends just now. Whoever begins with nothing would begin anew.
      stand_down(stop);
      standing_.wait(kHaste, stop);
      return;
    }
  }
  if (lease_.renew(stop) != Lease::Outcome::held) {
    stand_down(stop);
    return;
  }
  log::info("This exporter counts from now on");
  candidate_.take_over(copied_at_ ? std::optional(Clock::now() - *copied_at_) : std::nullopt);
  copied_at_.reset();
  standing_.set_role(Role::active);
  standing_.lease_until(lease_.until());
}

void Election::stay_active(const std::stop_token& stop) {
  const Lease::Outcome outcome = lease_.renew(stop);
  if (outcome == Lease::Outcome::held) {
    keep_lease(stop);
    return;
  }
  const auto asked = Clock::now();
  const std::vector<Peer> peers = ask(Wish::promise, stop);
  // Who does not run does not begin, unless somebody has the lock: that may be who seems absent.
  const bool is_trusted = std::ranges::all_of(peers, [&](const Peer& peer) {
    return (peer.reach == Reach::absent && outcome == Lease::Outcome::unanswered) ||
           (peer.reach == Reach::answers && peer.state.promised);
  });
  if (is_trusted) {
    standing_.trust_until(asked + kLease);
  } else if (outcome == Lease::Outcome::taken) {
    standing_.lease_until({});
  }
  if (!standing_.is_active(Clock::now())) {
    log::warn("another exporter may count from now on: this one stands by");
    step_down(stop);
  }
  standing_.wait(kHaste, stop);
}

void Election::keep_lease(const std::stop_token& stop) {
  standing_.lease_until(lease_.until());
  const std::vector<Peer> peers = ask(Wish::look, stop);
  const bool is_second = std::ranges::any_of(
      peers, [&](const Peer& peer) { return is_leased(peer) && peer.state.id < standing_.id(); });
  if (is_second) {
    log::error(
        "a peer counts, too: their database addresses lead to different servers, which know "
        "nothing of each other's locks; this exporter stands by, give all of them the same "
        "server");
    step_down(stop);
  }
  standing_.wait(kBeat, stop);
}

void Election::step_down(const std::stop_token& stop) {
  standing_.set_role(Role::standby);
  candidate_.step_down();
  lease_.release(stop);
}

bool Election::copy(const Peer& peer, Milliseconds timeout, const std::stop_token& stop) {
  const auto asked = Clock::now();
  const auto bytes = peers_.copy(peer, candidate_.copied(), timeout, stop);
  if (!bytes || !candidate_.copy(*bytes)) {
    return false;
  }
  copied_at_ = asked;
  const std::lock_guard lock(mutex_);
  view_.copied_at = std::chrono::system_clock::now();
  return true;
}

}  // namespace litellm_exporter
