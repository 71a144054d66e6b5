// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace litellm_exporter {

// Why a poll failed; a closed set, because it becomes a label value.
enum class Reason { connect, timeout, permission, schema, query, decode, state };

inline constexpr EnumArray<Reason, std::string_view> kReasonNames{
    {Reason::connect, "connect"}, {Reason::timeout, "timeout"}, {Reason::permission, "permission"},
    {Reason::schema, "schema"},   {Reason::query, "query"},     {Reason::decode, "decode"},
    {Reason::state, "state"},
};

constexpr std::string_view name_of(Reason reason) { return kReasonNames[reason]; }

// Thrown by a collector when the outside world fails it. Caught once, by the worker that runs it.
class PollError : public std::runtime_error {
 public:
  PollError(Reason reason, const std::string& what) : std::runtime_error(what), reason_(reason) {}
  Reason reason() const noexcept { return reason_; }

 private:
  Reason reason_;
};

}  // namespace litellm_exporter
