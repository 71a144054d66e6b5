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

FileError failure(const std::string& path, const char* what) {
  const int error = errno;
  return FileError{path + ": cannot " + what + ": " + std::generic_category().message(error)};
}

std::string read_all(int file, const std::string& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    throw failure(path, "read");
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t length = 0;
  while (length < bytes.size()) {
    const ssize_t got =
        ::pread(file, bytes.data() + length, bytes.size() - length, static_cast<off_t>(length));
    if (got < 0 && errno != EINTR) {
      throw failure(path, "read");
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
    : directory_(directory), path_(directory + "/state"), lock_(lock()) {}

Fd Journal::lock() const {
  std::error_code error;
  if (std::filesystem::create_directories(directory_, error)) {
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    throw FileError(directory_ + ": cannot create the directory: " + error.message());
  }
  const std::string path = directory_ + "/lock";
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) {
    throw failure(path, "create");
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      throw failure(path, "lock");
    }
    throw FileError(directory_ +
                    ": in use by another exporter; choose another --storage.path for this one");
  }
  return file;
}

Journal::Contents Journal::load() {
  Contents contents;
  file_ = Fd(::open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!file_) {
    if (errno != ENOENT) {
      throw failure(path_, "open");
    }
    return contents;
  }
  contents.bytes = std::make_unique<const std::string>(read_all(file_.get(), path_));
  const std::string& bytes = *contents.bytes;
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
    file_.close();
    return contents;
  }
  base_ = journal.base;
  end_ = journal.end;
  count_ = contents.records.size();
  if (contents.condition == Condition::torn &&
      ::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0) {
    throw failure(path_, "cut off its torn end");
  }
  feed_.replaced(file_.get(), end_);
  return contents;
}

void Journal::set_aside() {
  forget();
  if (::rename(path_.c_str(), (path_ + ".damaged").c_str()) != 0) {
    throw failure(path_, "move it aside");
  }
}

void Journal::forget() {
  feed_.gone();
  file_.close();
  base_ = end_ = count_ = 0;
}

void Journal::append(std::string_view record) {
  if (!file_) {
    replace(record);
    return;
  }
  if (!write_all(file_.get(), record_header(count_, record), end_) ||
      !write_all(file_.get(), record, end_ + kRecordHeader) || ::fdatasync(file_.get()) != 0) {
    const int error = errno;
    // A half-written record would be cut off at the next start anyway; this only saves the space,
    // and if it fails the next append writes over it.
    [[maybe_unused]] const int cut = ::ftruncate(file_.get(), static_cast<off_t>(end_));
    errno = error;
    throw failure(path_, "write");
  }
  end_ += kRecordHeader + record.size();
  const Mark mark = mark_of(count_++, end_);
  if (!write_all(file_.get(), mark.bytes, mark.offset) || ::fdatasync(file_.get()) != 0) {
    // The record is there, and perhaps its mark: nothing may be written over it.
    forget();
    throw failure(path_, "write");
  }
  feed_.grew(end_);
}

void Journal::replace(const std::vector<std::string_view>& records) {
  if (!is_same(directory_ + "/lock", lock_.get())) {
    lock_ = lock();
  }
  std::uint64_t end = journal_start_size();
  for (const std::string_view record : records) {
    end += kRecordHeader + record.size();
  }
  Replacement fresh(path_);
  fresh.write(journal_start(end), 0);
  std::uint64_t place = journal_start_size();
  std::uint64_t number = 0;
  for (const std::string_view record : records) {
    fresh.write(record_header(number++, record), place);
    fresh.write(record, place + kRecordHeader);
    place += kRecordHeader + record.size();
  }
  file_ = fresh.commit();
  base_ = journal_start_size() + kRecordHeader + records.front().size();
  end_ = end;
  count_ = number;
  feed_.replaced(file_.get(), end_);
  reserve();
}

bool Journal::keep_before() const {
  const std::string before = path_ + ".before";
  if (::link(path_.c_str(), before.c_str()) == 0) {
    return true;
  }
  if (errno != ENOENT && errno != EEXIST) {
    throw failure(path_, "keep it as .before");
  }
  return false;
}

bool Journal::wants_replacement() const noexcept {
  return !file_ || end_ - base_ > std::max(kSmallestReplacement, base_);
}

bool Journal::displaced() const {
  struct stat status {};
  return file_ && (!is_same(path_, file_.get()) || ::fstat(file_.get(), &status) != 0 ||
                   static_cast<std::uint64_t>(status.st_size) < end_);
}

void Journal::reserve() const {
  // Best effort: some file systems cannot.
  static_cast<void>(::fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(end_),
                                static_cast<off_t>(std::max(kReserve, base_))));
}

}  // namespace litellm_exporter
