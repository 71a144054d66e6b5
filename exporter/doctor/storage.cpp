// SPDX-License-Identifier: Apache-2.0
#include "base/fd.hpp"
#include "base/file.hpp"
#include "doctor/examine.hpp"
#include "state/codec.hpp"
#include "state/journal.hpp"
#include "state/state.hpp"
#include "tally/bounds.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace litellm_exporter::doctor {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAnother = "give it to the exporter's user, or give another --storage.path";

std::string user_name(uid_t id) {
  const passwd* user = ::getpwuid(id);
  return user == nullptr ? fmt::format("user {}", id) : user->pw_name;
}

bool may(const fs::path& path, int how) {
  return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0;
}

std::optional<uid_t> owner_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? std::optional{status.st_uid} : std::nullopt;
}

// True if an exporter holds it. Asks for a shared lock and lets it go at once.
bool is_locked(const fs::path& lock) {
  const Fd file(::open(lock.c_str(), O_RDONLY | O_CLOEXEC));
  return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

// A directory within the state's that goes away again: what fits there fits beside it.
class Trial {
 public:
  explicit Trial(const fs::path& directory) : path_(directory / "doctor.XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) {
      throw FileError(directory.string() +
                      ": cannot be written: " + std::generic_category().message(errno));
    }
  }
  ~Trial() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

// Loads a copy as the next start will load the state, and saves it, which takes as much space as
// the exporter needs now and then. Returns the damage; nothing if the state is sound. Throws
// FileError.
std::optional<std::string> try_state(const Config& config, const fs::path& state) {
  const Trial trial(config.storage.path);
  std::error_code error;
  if (fs::exists(state, error) && !fs::copy_file(state, fs::path(trial.path()) / "state", error)) {
    throw FileError(fmt::format("{}: cannot be copied: {}", state.string(), error.message()));
  }
  Journal journal(trial.path());
  const Journal::Contents contents = journal.load();
  if (contents.condition == Journal::Condition::damaged) {
    return contents.reason;
  }
  State loaded(bounds_of(config));
  try {
    for (const std::string_view record : contents.records) {
      apply_record(record, loaded);
    }
  } catch (const DecodeError& e) {
    return e.what();
  }
  journal.replace(encode_all(loaded));
  return std::nullopt;
}

void examine_missing(const fs::path& path, Report& report) {
  std::error_code error;
  fs::path parent = fs::absolute(path);
  while (!fs::exists(parent, error) && parent.has_relative_path()) {
    parent = parent.parent_path();
  }
  if (!may(parent, W_OK | X_OK)) {
    report.failure("state", path.string() + ": does not exist and cannot be made",
                   "make it, writable for the exporter's user, or give another --storage.path");
  } else {
    report.warning("state", path.string() + ": does not exist yet; counting starts anew there",
                   "if there should be a state, correct --storage.path");
  }
}

// True if this user could start an exporter on it.
bool examine_permissions(const fs::path& path, Report& report) {
  const std::string user = user_name(::geteuid());
  std::error_code error;
  if (!fs::is_directory(path, error) || !may(path, R_OK | W_OK | X_OK)) {
    report.failure("state",
                   fmt::format("{}: {}", path.string(),
                               fs::is_directory(path, error)
                                   ? "cannot be read, written and searched by " + user
                                   : "is no directory that " + user + " can see"),
                   "make it a directory that is writable for the exporter's user, or give another "
                   "--storage.path");
    return false;
  }
  for (const char* name : {"lock", "state"}) {
    const fs::path file = path / name;
    const auto owner = owner_of(file);
    if (owner && !may(file, R_OK | W_OK)) {
      report.failure("state",
                     fmt::format("{}: belongs to {} and cannot be read and written by {}",
                                 file.string(), user_name(*owner), user),
                     kAnother);
      return false;
    }
    if (const auto whose = owner_of(path); owner && owner != whose) {
      report.warning("state",
                     fmt::format("{}: belongs to {}, its directory to {}", file.string(),
                                 user_name(*owner), user_name(*whose)),
                     fmt::format("if the exporter runs as {0}: chown {0} {1}", user_name(*whose),
                                 file.string()));
    }
  }
  return true;
}

}  // namespace

void examine_storage(const Config& config, Report& report) {
  const fs::path path = config.storage.path;
  std::error_code error;
  if (!fs::exists(path, error) && !error) {
    examine_missing(path, report);
    return;
  }
  if (!examine_permissions(path, report)) {
    return;
  }
  if (is_locked(path / "lock")) {
    report.ok("state", path.string() + ": in use by a running exporter");
    return;
  }
  try {
    if (const auto damage = try_state(config, path / "state")) {
      report.warning("state", fmt::format("{}/state is damaged: {}", path.string(), *damage),
                     "the next start moves it aside and counts from a new baseline; put a copy of "
                     "it there first if you have one");
    } else {
      report.ok("state", fmt::format("{}: writable for {}", path.string(), user_name(::geteuid())));
    }
  } catch (const FileError& e) {
    report.failure("state", e.what(),
                   "make room on its file system, or give another --storage.path");
  }
}

}  // namespace litellm_exporter::doctor
