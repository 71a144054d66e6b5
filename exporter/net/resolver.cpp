// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.hpp"

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace litellm_exporter {
namespace {

// Blocks, unless the flags want nothing but addresses.
Resolver::Answer look_up(const std::string& host, int flags) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found); error != 0) {
    return {{}, ::gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, &freeaddrinfo);
  Resolver::Answer answer;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      answer.addresses.emplace_back(text.data());
    }
  }
  return answer;
}

}  // namespace

struct Resolver::State {
  LookUp look_up;
  std::mutex mutex;
  std::condition_variable_any answered;
  // The questions without an answer, by name.
  std::map<std::string, std::shared_ptr<std::optional<Answer>>> open;
};

Resolver::Resolver(LookUp look_up) : state_(std::make_shared<State>()) {
  state_->look_up = std::move(look_up);
}

std::optional<Resolver::Answer> Resolver::ask(const std::string& host, Clock::time_point deadline,
                                              const std::stop_token& stop) {
  std::unique_lock lock(state_->mutex);
  const auto found = state_->open.find(host);
  const auto answer =
      found != state_->open.end() ? found->second : std::make_shared<std::optional<Answer>>();
  if (found == state_->open.end()) {
    std::thread([state = state_, host, answer] {
      Answer found_out = state->look_up(host);
      const std::lock_guard own_lock(state->mutex);
      *answer = std::move(found_out);
      state->open.erase(host);
      state->answered.notify_all();
    }).detach();
    state_->open.emplace(host, answer);
  }
  state_->answered.wait_until(lock, stop, deadline, [&] { return answer->has_value(); });
  return *answer;
}

std::optional<Resolver::Answer> resolve(const std::string& host,
                                        Resolver::Clock::time_point deadline,
                                        const std::stop_token& stop) {
  static Resolver resolver([](const std::string& name) { return look_up(name, 0); });
  Resolver::Answer numeric = look_up(host, AI_NUMERICHOST);
  return numeric.addresses.empty() ? resolver.ask(host, deadline, stop)
                                   : std::optional{std::move(numeric)};
}

}  // namespace litellm_exporter
