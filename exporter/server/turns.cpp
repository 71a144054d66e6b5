// SPDX-License-Identifier: Apache-2.0
#include "server/turns.hpp"

#include <algorithm>

namespace litellm_exporter {

std::unique_ptr<Turns::Turn> Turns::wait(const std::string& client) {
  std::unique_lock lock(mutex_);
  const auto of_this = std::count(queue_.begin(), queue_.end(), client);
  if (queue_.size() >= limits_.most || static_cast<std::size_t>(of_this) >= limits_.most_of_one) {
    return nullptr;
  }
  const auto place = queue_.insert(queue_.end(), client);
  if (!changed_.wait_for(lock, limits_.patience, [&] { return place == queue_.begin(); })) {
    queue_.erase(place);
    return nullptr;
  }
  return std::make_unique<Turn>(*this, place);
}

void Turns::leave(std::list<std::string>::iterator place) {
  const std::lock_guard lock(mutex_);
  queue_.erase(place);
  changed_.notify_all();
}

}  // namespace litellm_exporter
