// SPDX-License-Identifier: Apache-2.0
#include "base/program.hpp"

#include "base/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace litellm_exporter {

UnnamedFile::UnnamedFile() : file_(::memfd_create("litellm-exporter", MFD_CLOEXEC)) {
  if (!file_) {
    throw FileError("no file in memory: " + std::generic_category().message(errno));
  }
}

std::string UnnamedFile::path() const {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), file_.get());
}

std::string UnnamedFile::text() const {
  constexpr std::size_t kLargest = 1 << 24;
  return read_file(path(), kLargest);
}

ProgramResult run_program(const std::vector<std::string>& words, unsigned seconds) {
  std::vector<std::string> timed = {"timeout", "--kill-after=10", std::to_string(seconds)};
  timed.insert(timed.end(), words.begin(), words.end());
  std::vector<char*> argv;
  argv.reserve(timed.size() + 1);
  for (std::string& word : timed) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);

  const UnnamedFile output;
  const UnnamedFile errors;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.get(), STDERR_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, argv.front(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw FileError("cannot run " + words.front() + ": " + std::generic_category().message(error));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, output.text(), errors.text()};
}

}  // namespace litellm_exporter
