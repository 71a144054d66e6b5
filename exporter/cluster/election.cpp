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
// While something is amiss.
constexpr std::chrono::milliseconds kHaste{500};

bool is_active(const Peer& peer) {
  return peer.reach == Reach::answers && peer.state.role == Role::active;
}

bool is_leased(const Peer& peer) { return is_active(peer) && peer.state.leased; }

// Nobody there, or somebody who will not begin for a while.
bool lets_go_on(const Peer& peer) {
  return peer.reach == Reach::absent || (peer.reach == Reach::answers && peer.state.promised);
}

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
    try {
      standing_.role() == Role::active ? stay_active(stop) : stand_by(stop);
    } catch (const std::system_error& e) {
      // What this exporter may show ends with its lease; until then there may be a thread again.
      log::error("cannot ask the other exporters",
                 {{"err", is_lack_of_threads(e) ? kNoThread : e.what()}});
      standing_.wait(kBeat, stop);
    }
  }
  const bool was_active = standing_.role() == Role::active;
  // In this order: nobody else may begin before this one has ended.
  standing_.set_role(Role::standby);
  if (was_active) {
    candidate_.step_down();
  }
  lease_.release({});
  if (was_active) {
    static_cast<void>(peers_.ask(Wish::resign, {}));
  }
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
    copy(*active, stop);
  }
  const bool challenged = std::ranges::none_of(peers, is_leased);
  yielded_ = yielded_ && challenged;
  const Lease::Outcome outcome = challenged ? lease_.renew(stop) : Lease::Outcome::taken;
  if (!challenged) {
    lease_.look(stop);
  }
  decided_ = decided_ || outcome != Lease::Outcome::unanswered;
  if (outcome == Lease::Outcome::held && wait_for_others(stop)) {
    take_over(stop);
    return;
  }
  standing_.wait(active == peers.end() ? kHaste : std::chrono::milliseconds(kBeat), stop);
}

bool Election::wait_for_others(const std::stop_token& stop) {
  standing_.set_role(Role::taking_over);
  const auto since = Clock::now();
  while (!stop.stop_requested() && lease_.renew(stop) == Lease::Outcome::held) {
    const std::vector<Peer> peers = ask(Wish::look, stop);
    const bool counted_before = std::ranges::any_of(peers, is_active);
    // After an outage of the database the one that counted before goes on, if it can: it tries more
    // often.
    if (std::ranges::any_of(peers, is_leased) ||
        (counted_before && !std::exchange(yielded_, true))) {
      break;
    }
    const auto now = Clock::now();
    const bool unknown =
        std::ranges::any_of(peers, [](const Peer& peer) { return peer.reach == Reach::silent; });
    if (now >= standing_.promised_until() && !counted_before &&
        (!unknown || now >= since + kLease)) {
      return true;
    }
    standing_.wait(kHaste, stop);
  }
  lease_.release(stop);
  standing_.set_role(Role::standby);
  return false;
}

void Election::take_over(const std::stop_token& stop) {
  for (const Peer& peer : view().peers) {
    const bool knows_more = peer.state.polled_at > candidate_.polled_at() ||
                            (peer.state.saved && !candidate_.has_saved());
    if (peer.reach == Reach::answers && knows_more) {
      copy(peer, stop);
    }
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
    standing_.lease_until(lease_.until());
    const std::vector<Peer> peers = ask(Wish::look, stop);
    if (std::ranges::any_of(peers, is_leased) && !std::exchange(warned_, true)) {
      log::error(
          "a peer counts, too: their database addresses lead to different servers, which "
          "know nothing of each other's locks; give all exporters the same server");
    }
    standing_.wait(kBeat, stop);
    return;
  }
  const auto asked = Clock::now();
  const std::vector<Peer> peers = ask(Wish::promise, stop);
  if (std::ranges::all_of(peers, lets_go_on)) {
    standing_.trust_until(asked + kLease);
  }
  if (!standing_.is_active(Clock::now())) {
    log::warn("another exporter may count from now on: this one stands by");
    standing_.set_role(Role::standby);
    candidate_.step_down();
  }
  standing_.wait(kHaste, stop);
}

void Election::copy(const Peer& peer, const std::stop_token& stop) {
  const auto asked = Clock::now();
  const Candidate::Copied place = candidate_.copied();
  const auto bytes = peers_.copy(peer, place.file_id, place.end, stop);
  if (!bytes || !candidate_.copy(*bytes)) {
    return;
  }
  copied_at_ = asked;
  const std::lock_guard lock(mutex_);
  view_.copied_at = std::chrono::system_clock::now();
}

}  // namespace litellm_exporter
