// SPDX-License-Identifier: Apache-2.0
#include "server/security.hpp"

#include "base/log.hpp"

#include <utility>

#include <sys/stat.h>

namespace litellm_exporter {

void check_web_config(const std::string& file) { static_cast<void>(SecurityKeeper(file)); }

SecurityKeeper::SecurityKeeper(std::string file)
    : file_(std::move(file)), current_(std::make_shared<const Security>()), looked_(Clock::now()) {
  if (!file_.empty()) {
    load();
  }
}

std::shared_ptr<const Security> SecurityKeeper::current() {
  constexpr std::chrono::seconds kEvery{1};
  const std::lock_guard lock(mutex_);
  if (!file_.empty() && Clock::now() - looked_ >= kEvery) {
    looked_ = Clock::now();
    // After a failure each look is a try: what was missing may be a file that is new.
    if (!trouble_.empty() || stamps() != stamps_) {
      reload();
    }
  }
  return current_;
}

bool SecurityKeeper::up_to_date() const {
  const std::lock_guard lock(mutex_);
  return trouble_.empty();
}

SecurityKeeper::Stamp SecurityKeeper::stamp_of(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) {
    return {};
  }
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec * kNanoseconds + found.st_mtim.tv_nsec};
}

std::vector<SecurityKeeper::Stamp> SecurityKeeper::stamps() const {
  std::vector<Stamp> all;
  all.reserve(files_.size());
  for (const std::string& file : files_) {
    all.push_back(stamp_of(file));
  }
  return all;
}

void SecurityKeeper::load() {
  std::vector<std::string> files;
  std::vector<Stamp> stamps;
  auto fresh = std::make_shared<Security>();
  // Before it is read: a file that changes in between is read again, never taken for read.
  fresh->config = load_web_config(file_, [&](const std::string& file) {
    files.push_back(file);
    stamps.push_back(stamp_of(file));
  });
  if (fresh->config.tls) {
    try {
      fresh->tls = std::make_shared<const TlsContext>(*fresh->config.tls);
    } catch (const ConfigError& e) {
      throw ConfigError(file_ + ": " + e.what());
    }
  }
  files_ = std::move(files);
  stamps_ = std::move(stamps);
  current_ = std::move(fresh);
}

void SecurityKeeper::reload() {
  try {
    load();
    trouble_.clear();
    log::info("web configuration reloaded", {{"file", file_}, {"tls", current_->tls != nullptr}});
  } catch (const ConfigError& e) {
    if (trouble_ != e.what()) {
      log::error("web configuration refused, the old one stays in force", {{"err", e.what()}});
    }
    trouble_ = e.what();
  }
}

}  // namespace litellm_exporter
