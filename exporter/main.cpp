// SPDX-License-Identifier: Apache-2.0
#include "app.hpp"
#include "base/file.hpp"
#include "base/heap.hpp"
#include "base/log.hpp"
#include "base/threads.hpp"
#include "cli.hpp"
#include "collectors/registry.hpp"
#include "config/load.hpp"
#include "doctor/examine.hpp"
#include "first_process.hpp"
#include "server/security.hpp"
#include "server/self_probe.hpp"
#include "signals.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace litellm_exporter;

// Beside the exporter of a container a command is about that one: its flags come first, and of a
// flag that is given again the last counts.
CommandLine read_command_line(int argc, char** argv) {
  CommandLine line = parse_command_line(argc, argv, subjects());
  if (line.command != Command::doctor && line.command != Command::healthcheck) {
    return line;
  }
  const std::vector<std::string> flags = flags_of_first_process();
  std::vector<const char*> words = {argv[0]};
  for (const std::string& flag : flags) {
    words.push_back(flag.c_str());
  }
  const int of_daemon = static_cast<int>(words.size());
  if (of_daemon == 1 ||
      parse_command_line(of_daemon, words.data(), subjects()).command != Command::serve) {
    return line;
  }
  words.insert(words.end(), argv + 1, argv + argc);
  return parse_command_line(static_cast<int>(words.size()), words.data(), subjects());
}

int run(int argc, char** argv) {
  CommandLine line = read_command_line(argc, argv);
  if (line.answer) {
    std::cout << *line.answer;
    return EXIT_SUCCESS;
  }
  // Writing past a limit or to a reader that left must fail with an error, not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  if (line.command == Command::doctor) {
    return doctor::run(line.flags, line.json, std::cout);
  }
  if (line.command == Command::healthcheck) {
    const Config::Web web = load_web_section(line.flags, subjects());
    return healthcheck(web.listen_address, std::cout) ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  Config config = load_config(line.flags, subjects());
  if (line.check_only) {
    check_web_config(config.web.config_file);
    std::cout << "The configuration is valid.\n";
    return EXIT_SUCCESS;
  }
  if (line.command == Command::once) {
    App(std::move(line.flags), std::move(config)).once(std::cout);
    return EXIT_SUCCESS;
  }
  block_signals();
  App(std::move(line.flags), std::move(config)).run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  keep_heap_small();
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    litellm_exporter::log::error("cannot go on",
                                 {{"err", is_lack_of_threads(e) ? kNoThread : e.what()}});
    return EXIT_FAILURE;
  }
}
