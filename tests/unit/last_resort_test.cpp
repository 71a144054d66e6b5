// SPDX-License-Identifier: Apache-2.0
#include "last_resort.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

// ThreadSanitizer lets no child of a process with threads make one of its own.
#ifndef __SANITIZE_THREAD__

using namespace litellm_exporter;

namespace {

// How a process ends that says good-bye for so long.
int exit_code(std::chrono::milliseconds patience, std::chrono::milliseconds farewell) {
  const pid_t child = ::fork();
  if (child == 0) {
    {
      const LastResort last_resort(patience);
      std::this_thread::sleep_for(farewell);
    }
    ::_exit(7);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("an end that takes too long comes all the same") {
  using namespace std::chrono_literals;
  CHECK(exit_code(20ms, 60s) == EXIT_SUCCESS);
}

TEST_CASE("an orderly end is left alone") {
  using namespace std::chrono_literals;
  CHECK(exit_code(60s, 1ms) == 7);
}

#endif
