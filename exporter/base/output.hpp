// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

namespace litellm_exporter {

// Throws FileError if standard output is closed: the next file that is opened would take its place
// and get what is printed.
void check_standard_output();

// Throws FileError unless everything that was written has arrived.
void finish_output(std::ostream& out);

}  // namespace litellm_exporter
