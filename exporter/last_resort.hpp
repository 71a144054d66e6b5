// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"

#include <thread>

namespace litellm_exporter {

// Ends the process, successfully, unless this is destroyed within `time`. For an orderly end that
// something holds up which nobody can interrupt: a resolver that does not answer, a disk that is
// gone. Nothing is lost by it, because nothing is shown before it was saved.
class LastResort {
 public:
  explicit LastResort(Milliseconds time);

 private:
  std::jthread thread_;
};

}  // namespace litellm_exporter
