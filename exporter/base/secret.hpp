// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace litellm_exporter {

// Text that must never reach a log, a page or an error. It has no conversion, no stream operator
// and no formatter on purpose; reveal() marks the few places that hand it to a library.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& reveal() const noexcept { return value_; }
  bool empty() const noexcept { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

}  // namespace litellm_exporter
