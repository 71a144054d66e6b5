// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// Why a client was turned away before a route could answer it.
enum class Refusal { authentication, crowded, handshake, malformed, rate, slow, too_large };

inline constexpr EnumArray<Refusal, std::string_view> kRefusalNames{
    {Refusal::authentication, "authentication"},
    {Refusal::crowded, "crowded"},
    {Refusal::handshake, "handshake"},
    {Refusal::malformed, "malformed"},
    {Refusal::rate, "rate"},
    {Refusal::slow, "slow"},
    {Refusal::too_large, "too_large"},
};

// Counts them; may be used from any thread.
class Refusals {
 public:
  using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;

  void count(Refusal reason) noexcept { ++counts_[reason]; }

  Counts counts() const {
    Counts all;
    for (const Refusal reason : kEnumerators<Refusal>) {
      all.emplace_back(kRefusalNames[reason], counts_[reason]);
    }
    return all;
  }

 private:
  EnumArray<Refusal, std::atomic<std::uint64_t>> counts_;
};

}  // namespace litellm_exporter
