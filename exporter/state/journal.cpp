// SPDX-License-Identifier: Apache-2.0
#include "state/journal.hpp"

#include "base/file.hpp"
#include "base/replacement.hpp"
#include "state/journal_format.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace litellm_exporter {
namespace {

constexpr std::uint64_t kSmallestReplacement = 1 << 20;
// Blocks kept beyond the end of the file, so that a full disk does not stop the next few hundred
// saves at once.
constexpr std::uint64_t kReserve = 4 << 20;

[[noreturn]] void fail(const std::string& path, const char* what) {
  const int error = errno;
  throw FileError(path + ": cannot " + what + ": " + std::generic_category().message(error));
}

std::string read_all(int file, const std::string& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    fail(path, "read");
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t length = 0;
  while (length < bytes.size()) {
    const ssize_t got =
        ::pread(file, bytes.data() + length, bytes.size() - length, static_cast<off_t>(length));
    if (got < 0 && errno != EINTR) {
      fail(path, "read");
    }
    if (got == 0) {
      break;
    }
    length += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  bytes.resize(length);
  return bytes;
}

// Whether `path` is the very file that is open.
bool is_same(const std::string& path, int file) {
  struct stat named {};
  struct stat open {};
  return ::lstat(path.c_str(), &named) == 0 && ::fstat(file, &open) == 0 &&
         named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

}  // namespace

Journal::Journal(const std::string& directory)
    : directory_(directory), path_(directory + "/state") {
  lock_ = lock();
}

Journal::~Journal() {
  if (file_ >= 0) {
    ::close(file_);
  }
  ::close(lock_);
}

int Journal::lock() const {
  std::error_code error;
  if (std::filesystem::create_directories(directory_, error)) {
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    throw FileError(directory_ + ": cannot create the directory: " + error.message());
  }
  const std::string path = directory_ + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) {
    fail(path, "create");
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int refusal = errno;
    ::close(file);
    errno = refusal;
    if (refusal != EWOULDBLOCK) {
      fail(path, "lock");
    }
    throw FileError(directory_ +
                    ": in use by another exporter; choose another --storage.path for this one");
  }
  return file;
}

Journal::Contents Journal::load() {
  Contents contents;
  file_ = ::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (file_ < 0) {
    if (errno != ENOENT) {
      fail(path_, "open");
    }
    return contents;
  }
  const std::string bytes = read_all(file_, path_);
  JournalContents journal = read_journal(bytes);
  if (!journal.damage.empty()) {
    contents.condition = Condition::damaged;
    contents.reason = journal.damage;
    set_aside();
    return contents;
  }
  contents.records = std::move(journal.records);
  contents.condition = journal.end == bytes.size() ? Condition::intact : Condition::torn;
  if (journal.old) {
    ::close(std::exchange(file_, -1));
    return contents;
  }
  base_ = journal.base;
  end_ = journal.end;
  count_ = contents.records.size();
  if (contents.condition == Condition::torn && ::ftruncate(file_, static_cast<off_t>(end_)) != 0) {
    fail(path_, "cut off its torn end");
  }
  return contents;
}

void Journal::set_aside() {
  forget();
  if (::rename(path_.c_str(), (path_ + ".damaged").c_str()) != 0) {
    fail(path_, "move it aside");
  }
}

void Journal::forget() {
  if (file_ >= 0) {
    ::close(std::exchange(file_, -1));
  }
  base_ = end_ = count_ = 0;
}

void Journal::append(std::string_view record) {
  if (file_ < 0) {
    replace(record);
    return;
  }
  if (!write_all(file_, record_header(count_, record), end_) ||
      !write_all(file_, record, end_ + kRecordHeader) || ::fdatasync(file_) != 0) {
    const int error = errno;
    // A half-written record would be cut off at the next start anyway; this only saves the space,
    // and if it fails the next append writes over it.
    if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) {
      errno = 0;
    }
    errno = error;
    fail(path_, "write");
  }
  end_ += kRecordHeader + record.size();
  const Mark mark = mark_of(count_++, end_);
  if (!write_all(file_, mark.bytes, mark.offset) || ::fdatasync(file_) != 0) {
    const int error = errno;
    // The record is there, and perhaps its mark: nothing may be written over it.
    forget();
    errno = error;
    fail(path_, "write");
  }
}

void Journal::replace(std::string_view record) {
  if (!is_same(directory_ + "/lock", lock_)) {
    ::close(std::exchange(lock_, lock()));
  }
  const std::uint64_t begin = journal_start_size();
  const std::uint64_t end = begin + kRecordHeader + record.size();
  Replacement fresh(path_);
  fresh.write(journal_start(end), 0);
  fresh.write(record_header(0, record), begin);
  fresh.write(record, begin + kRecordHeader);
  const int file = fresh.commit();
  forget();
  file_ = file;
  base_ = end_ = end;
  count_ = 1;
  reserve();
}

bool Journal::wants_replacement() const noexcept {
  return file_ < 0 || end_ - base_ > std::max(kSmallestReplacement, base_);
}

bool Journal::displaced() const {
  struct stat status {};
  return file_ >= 0 && (!is_same(path_, file_) || ::fstat(file_, &status) != 0 ||
                        static_cast<std::uint64_t>(status.st_size) < end_);
}

void Journal::reserve() const {
  // Best effort: some file systems cannot.
  static_cast<void>(::fallocate(file_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(end_),
                                static_cast<off_t>(std::max(kReserve, base_))));
}

}  // namespace litellm_exporter
