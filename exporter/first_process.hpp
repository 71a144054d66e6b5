// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace litellm_exporter {

// The words that stand behind the exporter's name in a command line as /proc shows it: the words
// each with a NUL behind it. An init that starts the exporter may stand before. Empty if the
// exporter is not in it.
std::vector<std::string> words_behind_exporter(const std::string& command_line);

// The flags of the exporter that is the first process of this container. Commands that run beside
// it have its environment, but not the flags of the image's entry point. Empty elsewhere.
std::vector<std::string> flags_of_first_process();

}  // namespace litellm_exporter
