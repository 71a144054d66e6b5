// SPDX-License-Identifier: Apache-2.0
#include "state/journal.hpp"

#include "base/file.hpp"
#include "state/codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace litellm_exporter {
namespace {

// The number at the end is the format's version.
constexpr std::string_view kMagic = "litellm-exporter state 1\n";
constexpr std::size_t kHeader = 16;
constexpr std::uint64_t kSmallestReplacement = 1 << 20;
// Blocks kept beyond the end of the file, so that a full disk does not stop the next few hundred
// saves at once.
constexpr std::uint64_t kReserve = 4 << 20;

[[noreturn]] void fail(const std::string& path, const char* what) {
  const int error = errno;
  throw FileError(path + ": cannot " + what + ": " + std::generic_category().message(error));
}

std::uint64_t checksum(std::string_view bytes) {
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

std::string header_of(std::string_view record) {
  Encoder header;
  header.u64(record.size());
  header.u64(checksum(record));
  return header.bytes();
}

// The record at the start of `bytes` if it is whole.
std::optional<std::string_view> next_record(std::string_view bytes) {
  if (bytes.size() < kHeader) {
    return std::nullopt;
  }
  Decoder header(bytes.substr(0, kHeader));
  const std::uint64_t size = header.u64();
  const std::uint64_t expected = header.u64();
  bytes.remove_prefix(kHeader);
  // Zeros, as a power failure leaves them behind, would be an empty record with a right checksum.
  if (size == 0 || size > bytes.size() || checksum(bytes.substr(0, size)) != expected) {
    return std::nullopt;
  }
  return bytes.substr(0, size);
}

bool write_all(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

bool write_record(int file, std::string_view record, std::uint64_t offset) {
  return write_all(file, header_of(record), offset) && write_all(file, record, offset + kHeader) &&
         ::fdatasync(file) == 0;
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

}  // namespace

Journal::Journal(const std::string& directory)
    : directory_(directory), path_(directory + "/state") {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) {
    throw FileError(directory_ + ": cannot create the directory: " + error.message());
  }
  const std::string lock_path = directory_ + "/lock";
  lock_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) {
    fail(lock_path, "create");
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int refusal = errno;
    ::close(lock_);
    errno = refusal;
    if (refusal != EWOULDBLOCK) {
      fail(lock_path, "lock");
    }
    throw FileError(directory_ +
                    ": in use by another exporter; choose another --storage.path for this one");
  }
}

Journal::~Journal() {
  if (file_ >= 0) {
    ::close(file_);
  }
  ::close(lock_);
}

Journal::Contents Journal::load() {
  Contents contents;
  file_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) {
    if (errno != ENOENT) {
      fail(path_, "open");
    }
    return contents;
  }
  const std::string bytes = read_all(file_, path_);
  std::string_view rest = bytes;
  if (!rest.starts_with(kMagic)) {
    contents.reason = "not a state file of this version";
  } else {
    rest.remove_prefix(kMagic.size());
    while (const auto record = next_record(rest)) {
      contents.records.emplace_back(*record);
      rest.remove_prefix(kHeader + record->size());
      base_ = base_ == 0 ? bytes.size() - rest.size() : base_;
    }
    if (contents.records.empty()) {
      contents.reason = "its checksum is wrong";
    }
  }
  if (contents.records.empty()) {
    contents.condition = Condition::damaged;
    set_aside();
    return contents;
  }
  end_ = bytes.size() - rest.size();
  contents.condition = rest.empty() ? Condition::intact : Condition::torn;
  if (!rest.empty() && ::ftruncate(file_, static_cast<off_t>(end_)) != 0) {
    fail(path_, "cut off its torn end");
  }
  return contents;
}

void Journal::set_aside() {
  if (file_ >= 0) {
    ::close(file_);
    file_ = -1;
  }
  base_ = end_ = 0;
  if (::rename(path_.c_str(), (path_ + ".damaged").c_str()) != 0) {
    fail(path_, "move it aside");
  }
}

void Journal::append(std::string_view record) {
  if (file_ < 0) {
    replace(record);
    return;
  }
  if (!write_record(file_, record, end_)) {
    const int error = errno;
    // A half-written record would be cut off at the next start anyway; this only saves the space,
    // and if it fails the next append writes over it.
    if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) {
      errno = 0;
    }
    errno = error;
    fail(path_, "write");
  }
  end_ += kHeader + record.size();
}

void Journal::replace(std::string_view record) {
  const std::string temporary = path_ + ".new";
  const int fresh = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fresh < 0) {
    fail(temporary, "create");
  }
  if (!write_all(fresh, kMagic, 0) || !write_record(fresh, record, kMagic.size()) ||
      ::rename(temporary.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::close(fresh);
    ::unlink(temporary.c_str());
    errno = error;
    fail(temporary, "write");
  }
  if (file_ >= 0) {
    ::close(file_);
  }
  file_ = fresh;
  base_ = end_ = kMagic.size() + kHeader + record.size();
  sync_directory();
  reserve();
}

bool Journal::wants_replacement() const noexcept {
  return file_ < 0 || end_ - base_ > std::max(kSmallestReplacement, base_);
}

void Journal::sync_directory() const {
  const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0 || ::fsync(directory) != 0) {
    const int error = errno;
    if (directory >= 0) {
      ::close(directory);
    }
    errno = error;
    fail(directory_, "sync the directory");
  }
  ::close(directory);
}

void Journal::reserve() const {
  // Best effort: some file systems cannot.
  static_cast<void>(::fallocate(file_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(end_),
                                static_cast<off_t>(std::max(kReserve, base_))));
}

}  // namespace litellm_exporter
