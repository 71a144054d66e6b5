// SPDX-License-Identifier: Apache-2.0
#include "base/replacement.hpp"

#include "base/file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace litellm_exporter {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw FileError(path + ": cannot " + what + ": " + std::generic_category().message(errno));
}

// A new name is on the disk only when its directory is.
void sync_directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string directory = parent.empty() ? "." : parent;
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0 || ::fsync(file) != 0) {
    const int error = errno;
    if (file >= 0) {
      ::close(file);
    }
    errno = error;
    fail(directory, "sync the directory");
  }
  ::close(file);
}

}  // namespace

Replacement::Replacement(std::string path) : path_(std::move(path)), temporary_(path_ + ".new") {
  // Left by a process that was killed, or put there by somebody else.
  ::unlink(temporary_.c_str());
  file_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file_ < 0) {
    fail(temporary_, "create");
  }
}

Replacement::~Replacement() {
  if (file_ >= 0) {
    ::close(file_);
    ::unlink(temporary_.c_str());
  }
}

void Replacement::write(std::string_view bytes, std::uint64_t offset) {
  if (!write_all(file_, bytes, offset)) {
    fail(temporary_, "write");
  }
}

int Replacement::commit() {
  if (::fdatasync(file_) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    fail(temporary_, "write");
  }
  const int file = std::exchange(file_, -1);
  try {
    sync_directory_of(path_);
  } catch (const FileError&) {
    ::close(file);
    throw;
  }
  return file;
}

void replace_file(const std::string& path, std::string_view bytes) {
  Replacement fresh(path);
  fresh.write(bytes, 0);
  ::close(fresh.commit());
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

}  // namespace litellm_exporter
