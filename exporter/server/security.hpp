// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/tls.hpp"
#include "server/web_config.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace litellm_exporter {

// The demands of one web configuration; immutable.
struct Security {
  WebConfig config;
  // Null: plain HTTP.
  std::shared_ptr<const TlsContext> tls;
};

// Throws ConfigError if the file, or one that is named there, cannot be used.
void check_web_config(const std::string& file);

// The web configuration in force. It follows its file and those named there (certificates are
// replaced every few weeks) without a signal; a broken one leaves the old in force and says so. May
// be used from any thread.
class SecurityKeeper {
 public:
  // An empty name stands for no file: nothing is asked of clients. Throws ConfigError.
  explicit SecurityKeeper(std::string file);

  // Looks at the files at most once a second.
  std::shared_ptr<const Security> current();
  // False while a changed file is refused.
  bool up_to_date() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    std::int64_t modified = 0;
    bool operator==(const Stamp&) const = default;
  };

  static Stamp stamp_of(const std::string& file);
  std::vector<Stamp> stamps() const;
  void load();
  void reload();

  const std::string file_;
  mutable std::mutex mutex_;
  std::vector<std::string> files_;
  std::vector<Stamp> stamps_;
  std::shared_ptr<const Security> current_;
  Clock::time_point looked_;
  std::string trouble_;
};

}  // namespace litellm_exporter
