// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// Brings together failures whose source does not know their status code and the codes that LiteLLM
// sums up of all failures, apart from each other: by model, some seconds later, sometimes twice and
// sometimes never. A failure waits for a code of its model. Which failure of a model gets which of
// its codes does not matter to a counter, as long as each is given once: so the code of a failure
// that is logged with it is taken out. Pure; the clock is the database's. Saved together with the
// counters and the sums. Belongs to the thread that polls the database.
class ErrorCodes {
 public:
  using Instant = std::chrono::sys_time<std::chrono::microseconds>;

  // LiteLLM writes the sums within a minute, even under load.
  static constexpr std::chrono::seconds kPatience{60};
  // While the sums cannot be read for the moment.
  static constexpr std::chrono::minutes kMostPatience{5};
  // How long a code may stay whose failure nobody has seen, and a logged failure whose code is not
  // summed up: LiteLLM may write sums twice, or lose them.
  static constexpr std::chrono::minutes kMemory{3};
  // Of failures that differ in a label or in when they came, and of codes that do.
  static constexpr std::size_t kMost = 4'096;

  // Failures of a model that wait.
  struct Waiting {
    std::string model;
    std::string provider;
    std::uint64_t count = 0;
    Instant since;
  };
  // So many failures with this code.
  struct Codes {
    std::string code;
    std::uint64_t count = 0;
    Instant since;
  };
  // All of one model, as LiteLLM sums it up. The oldest stand first.
  struct Group {
    std::deque<Waiting> waiting;
    // Summed up, and not given to any failure.
    std::vector<Codes> summed;
    // Of logged failures, and not summed up yet.
    std::vector<Codes> logged;
  };
  using Groups = std::map<std::string, Group, std::less<>>;
  // Failures that have a code now; "unknown" if there is none for them.
  struct Coded {
    std::string model;
    std::string provider;
    std::string code;
    std::uint64_t count = 0;
  };

  // The sums were read: what they have grown by until now is added next.
  void read(Instant now);
  // They could not be read this time.
  void missed(Instant now);
  // They are not there, or may not be read: nothing waits for them.
  void unreadable();

  // The sum of a model's failures with this code has grown.
  void add(std::string_view group, std::string_view code, std::uint64_t count);
  // A failure was counted with this code from another source. Its sum may have grown before or will
  // grow later.
  void logged(std::string_view group, std::string_view code);
  // Failures without a code; false if they need not wait.
  bool wait(std::string_view group, std::string_view model, std::string_view provider,
            std::uint64_t count);
  // Once all sources have been read: the failures that wait no longer.
  std::vector<Coded> settle();

  // What the state file needs, and puts back.
  const Groups& groups() const noexcept { return groups_; }
  void restore(Groups groups);

 private:
  enum class Sums { unseen, readable, unreadable };

  void pass(Instant now);
  void count_entries();
  bool waits_for(const Waiting& waiting) const;
  void keep(std::vector<Codes>& codes, std::string_view code, std::uint64_t count);

  Groups groups_;
  // Of this process: what was saved waits for the first reading.
  Sums sums_ = Sums::unseen;
  Instant now_;
  Instant read_until_;
  std::size_t waiting_ = 0;
  std::size_t codes_ = 0;
};

}  // namespace litellm_exporter
