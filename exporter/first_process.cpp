// SPDX-License-Identifier: Apache-2.0
#include "first_process.hpp"

#include "base/file.hpp"

#include <algorithm>

#include <unistd.h>

namespace litellm_exporter {

std::vector<std::string> words_behind_exporter(const std::string& command_line) {
  constexpr const char* kProgram = "litellm-exporter";
  std::vector<std::string> words;
  bool found = false;
  for (std::size_t begin = 0; begin < command_line.size();) {
    const std::size_t end = std::min(command_line.find('\0', begin), command_line.size());
    const std::string word = command_line.substr(begin, end - begin);
    begin = end + 1;
    if (found) {
      words.push_back(word);
    }
    found = found || word.substr(word.rfind('/') + 1) == kProgram;
  }
  return words;
}

std::vector<std::string> flags_of_first_process() {
  constexpr std::size_t kLargest = 65536;
  if (::getpid() == 1) {
    return {};
  }
  try {
    return words_behind_exporter(read_file("/proc/1/cmdline", kLargest));
  } catch (const FileError&) {
    return {};  // hidden from us, so not ours
  }
}

}  // namespace litellm_exporter
