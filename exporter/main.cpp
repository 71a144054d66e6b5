// SPDX-License-Identifier: Apache-2.0
#include "app.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "cli.hpp"
#include "config/load.hpp"
#include "web/server.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace {

using namespace litellm_exporter;

// Before the first thread: every thread inherits the mask, so the signals reach sigwait alone.
void block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    sigaddset(&signals, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Writing past a limit must fail with an error, not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int run(int argc, char** argv) {
  CommandLine line = parse_command_line(argc, argv);
  if (line.answer) {
    std::cout << *line.answer;
    return EXIT_SUCCESS;
  }
  Config config = load_config(line.flags);
  if (line.flags.check_only) {
    std::cout << "The configuration is valid.\n";
    return EXIT_SUCCESS;
  }
  block_signals();
  App(std::move(line.flags), std::move(config)).run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    litellm_exporter::log::error("cannot start", {{"err", e.what()}});
    return EXIT_FAILURE;
  }
}
