// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace litellm_exporter {

// Why a poll failed; a closed set, because it becomes a label value.
enum class Reason { connect, timeout, permission, schema, query, decode, state };

inline constexpr std::array<std::string_view, 7> kReasonNames = {
    "connect", "timeout", "permission", "schema", "query", "decode", "state"};

constexpr std::string_view name_of(Reason reason) {
  return kReasonNames.at(static_cast<std::size_t>(reason));
}

// Thrown by a collector when the outside world fails it. Caught once, by the worker that runs it.
class PollError : public std::runtime_error {
 public:
  PollError(Reason reason, const std::string& what) : std::runtime_error(what), reason_(reason) {}
  Reason reason() const noexcept { return reason_; }

 private:
  Reason reason_;
};

}  // namespace litellm_exporter
