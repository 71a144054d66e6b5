// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tally/trend.hpp"

#include <string>

namespace litellm_exporter {

// trend.json in the state's directory. Losing it loses the picture of a week and no count: the
// counters are in the state file. It is as private as that: it tells models and spend.

// Empty if there is no file, or one that makes no sense, which is logged.
Checkpoints load_trend(const std::string& path);
// Replaces the file as a whole. A failure is logged: the page goes on from memory.
void save_trend(const std::string& path, const Checkpoints& checkpoints);

}  // namespace litellm_exporter
