// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace litellm_exporter {

// Turns names of hosts into addresses within a time that the caller chooses. getaddrinfo() has no
// deadline and cannot be interrupted: with servers that do not answer it takes as long as
// resolv.conf says, which may be minutes. So each question has a thread of its own, and a caller
// whose time is up leaves it alone. The next caller with the same name joins the question that is
// still open; there is never more than one thread per name. May be used from any thread.
class Resolver {
 public:
  using Clock = std::chrono::steady_clock;
  struct Answer {
    // Numeric, in the order in which they should be tried; none for a name that is not known.
    std::vector<std::string> addresses;
    // The system's words for why there are none.
    std::string trouble;
  };
  // May block, and must not throw. Called in a thread that may outlive the resolver.
  using LookUp = std::function<Answer(const std::string& host)>;

  explicit Resolver(LookUp look_up);

  // Nothing at the deadline or after a stop. Throws std::system_error if there is no thread.
  std::optional<Answer> ask(const std::string& host, Clock::time_point deadline,
                            const std::stop_token& stop);

 private:
  struct State;

  // Shared with the threads.
  std::shared_ptr<State> state_;
};

// As Resolver::ask(), of the system's resolver. An address is its own answer and takes no thread.
std::optional<Resolver::Answer> resolve(const std::string& host,
                                        Resolver::Clock::time_point deadline,
                                        const std::stop_token& stop);

}  // namespace litellm_exporter
