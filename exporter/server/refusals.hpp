// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// Why a client was turned away before a route could answer it.
enum class Refusal { authentication, crowded, handshake, malformed, rate, slow, too_large };

constexpr std::array<std::string_view, 7> kRefusalNames = {
    "authentication", "crowded", "handshake", "malformed", "rate", "slow", "too_large"};

// Counts them; may be used from any thread.
class Refusals {
 public:
  using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;

  void count(Refusal reason) noexcept { ++counts_.at(static_cast<std::size_t>(reason)); }

  Counts counts() const {
    Counts all;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      all.emplace_back(kRefusalNames.at(i), counts_.at(i));
    }
    return all;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kRefusalNames.size()> counts_{};
};

}  // namespace litellm_exporter
