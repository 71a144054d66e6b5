// SPDX-License-Identifier: Apache-2.0
#include "server/connections.hpp"

#include <utility>

#include <sys/socket.h>

namespace litellm_exporter {

Connections::Place::Place(Connections& owner, int socket) : owner_(owner) {
  const std::lock_guard lock(owner_.mutex_);
  id_ = owner_.next_id_++;
  owner_.open_[id_] = {socket, std::chrono::steady_clock::now()};
  if (owner_.ending_) {
    ::shutdown(socket, SHUT_RDWR);
  }
}

Connections::Place::~Place() {
  const std::lock_guard lock(owner_.mutex_);
  owner_.open_.erase(id_);
}

void Connections::Place::waits_for_client(bool waits) {
  const std::lock_guard lock(owner_.mutex_);
  Open& open = owner_.open_.at(id_);
  open.waiting_since = waits ? std::optional{std::chrono::steady_clock::now()} : std::nullopt;
  if (waits && owner_.ending_) {
    ::shutdown(open.socket, SHUT_RDWR);
  }
}

bool Connections::close_longest_waiting() {
  Open* longest = nullptr;
  for (auto& [id, open] : open_) {
    if (open.waiting_since &&
        (longest == nullptr || *open.waiting_since < *longest->waiting_since)) {
      longest = &open;
    }
  }
  if (longest == nullptr) {
    return false;
  }
  ::shutdown(longest->socket, SHUT_RDWR);
  // Once is enough; its thread ends soon.
  longest->waiting_since.reset();
  return true;
}

void Connections::reserve() {
  std::unique_lock lock(mutex_);
  const auto free = [this] { return ending_ || reserved_ < most_; };
  while (!free()) {
    if (close_longest_waiting()) {
      refusals_.count(Refusal::crowded);
    }
    // One that is being served may begin to wait in the meantime.
    constexpr std::chrono::milliseconds kAgain{100};
    changed_.wait_for(lock, kAgain, free);
  }
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
  while (close_longest_waiting()) {
  }
  changed_.wait_for(lock, grace, [this] { return reserved_ == 0; });
  for (const auto& [id, open] : open_) {
    ::shutdown(open.socket, SHUT_RDWR);
  }
}

void ConnectionQueue::enqueue(std::function<void()> serve) {
  connections_.reserve();
  pool_.enqueue([this, serve = std::move(serve)] {
    serve();
    connections_.release();
  });
}

}  // namespace litellm_exporter
