// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"

#include <cstdint>
#include <string_view>

namespace litellm_exporter {

// Where requests are counted from: LiteLLM can be told to write no failures to its spend log, or
// nothing at all. A closed set, because it becomes a label value.
enum class RequestSource : std::uint8_t { log, ledger, daily };

inline constexpr EnumArray<RequestSource, std::string_view> kSourceNames{
    {RequestSource::log, "log"},
    {RequestSource::ledger, "ledger"},
    {RequestSource::daily, "daily"},
};

// As far as it is known, for each outcome; plain data, saved with what was counted.
struct RequestSources {
  RequestSource success = RequestSource::log;
  RequestSource failure = RequestSource::log;
  bool operator==(const RequestSources&) const = default;
};

}  // namespace litellm_exporter
