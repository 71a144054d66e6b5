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
  const int error = errno;
  throw FileError(path + ": cannot " + what + ": " + std::generic_category().message(error));
}

// A new name is on the disk only when its directory is.
void sync_directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string directory = parent.empty() ? "." : parent;
  const Fd file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) {
    fail(directory, "sync the directory");
  }
}

}  // namespace

Replacement::Replacement(std::string path) : path_(std::move(path)), temporary_(path_ + ".new") {
  // Left by a process that was killed, or put there by somebody else.
  ::unlink(temporary_.c_str());
  file_ = Fd(::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file_) {
    fail(temporary_, "create");
  }
}

Replacement::~Replacement() {
  if (file_) {
    ::unlink(temporary_.c_str());
  }
}

void Replacement::write(std::string_view bytes, std::uint64_t offset) {
  if (!write_all(file_.get(), bytes, offset)) {
    fail(temporary_, "write");
  }
}

Fd Replacement::commit() {
  if (::fdatasync(file_.get()) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    fail(temporary_, "write");
  }
  // It has the name now, and stays whatever comes.
  Fd file = std::move(file_);
  sync_directory_of(path_);
  return file;
}

void replace_file(const std::string& path, std::string_view bytes) {
  Replacement fresh(path);
  fresh.write(bytes, 0);
  static_cast<void>(fresh.commit());
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
