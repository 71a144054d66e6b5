// SPDX-License-Identifier: Apache-2.0
#include "server/connections.hpp"

#include <algorithm>
#include <utility>

#include <sys/socket.h>

namespace litellm_exporter {

Connections::Place::Place(Connections& owner, int socket) : owner_(owner) {
  const std::lock_guard lock(owner_.mutex_);
  id_ = owner_.next_id_++;
  owner_.open_[id_].socket = socket;
  if (owner_.ending_) {
    ::shutdown(socket, SHUT_RDWR);
  }
}

Connections::Place::~Place() {
  const std::lock_guard lock(owner_.mutex_);
  owner_.open_.erase(id_);
}

void Connections::Place::next(bool idle) {
  const std::lock_guard lock(owner_.mutex_);
  Open& open = owner_.open_.at(id_);
  open.since.reset();
  open.idle = idle;
}

void Connections::Place::waits_for_client(bool waits) {
  const std::lock_guard lock(owner_.mutex_);
  Open& open = owner_.open_.at(id_);
  open.waits = waits;
  // One that sends or takes a byte now and then has waited nearly all the time; see took().
  if (waits && !open.since) {
    open.since = std::chrono::steady_clock::now();
  }
  if (waits && owner_.ending_) {
    ::shutdown(open.socket, SHUT_RDWR);
  }
}

void Connections::Place::took(std::size_t bytes) {
  using Clock = std::chrono::steady_clock;
  // A large page takes seconds on many a network. In bytes a second: who is slower than this makes
  // room, in the end.
  constexpr double kFairPace = 1 << 20;
  const std::chrono::duration<double> fair{static_cast<double>(bytes) / kFairPace};
  const std::lock_guard lock(owner_.mutex_);
  Open& open = owner_.open_.at(id_);
  if (open.since) {
    open.since =
        std::min(*open.since + std::chrono::duration_cast<Clock::duration>(fair), Clock::now());
  }
}

bool Connections::Place::is_wanted() const {
  const std::lock_guard lock(owner_.mutex_);
  return owner_.wanted_;
}

bool Connections::close_longest_waiting(std::chrono::milliseconds least) {
  Open* longest = nullptr;
  const auto latest = std::chrono::steady_clock::now() - least;
  for (auto& [id, open] : open_) {
    if (open.waits && (open.idle || *open.since <= latest) &&
        (longest == nullptr || *open.since < *longest->since)) {
      longest = &open;
    }
  }
  if (longest == nullptr) {
    return false;
  }
  if (!longest->idle) {
    refusals_.count(Refusal::crowded);
  }
  ::shutdown(longest->socket, SHUT_RDWR);
  // It need not be closed again; its thread ends soon.
  longest->waits = false;
  return true;
}

void Connections::reserve(std::size_t most) {
  // Longer than a client on a busy machine takes, as short as a scrape can well wait for.
  constexpr std::chrono::milliseconds kLeast{250};
  constexpr std::chrono::milliseconds kAgain{100};
  std::unique_lock lock(mutex_);
  const auto free = [&] { return ending_ || reserved_ < most; };
  wanted_ = !free();
  while (!free()) {
    close_longest_waiting(kLeast);
    // One that is being served may begin to wait in the meantime.
    changed_.wait_for(lock, kAgain, free);
  }
  wanted_ = false;
  ++reserved_;
}

void Connections::release() {
  const std::lock_guard lock(mutex_);
  --reserved_;
  changed_.notify_all();
}

void Connections::end(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_all();
  for (const auto& [id, open] : open_) {
    if (open.waits) {
      ::shutdown(open.socket, SHUT_RDWR);
    }
  }
  changed_.wait_for(lock, grace, [this] { return reserved_ == 0; });
  for (const auto& [id, open] : open_) {
    ::shutdown(open.socket, SHUT_RDWR);
  }
}

void ConnectionQueue::enqueue(std::function<void()> serve) {
  connections_.reserve(pool_.prepare());
  pool_.run([this, serve = std::move(serve)] {
    serve();
    connections_.release();
  });
}

}  // namespace litellm_exporter
