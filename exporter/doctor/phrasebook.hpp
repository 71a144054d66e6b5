// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace litellm_exporter::doctor {

// Words of an error message, and what to do about it.
struct Remedy {
  std::string_view words;
  std::string_view next_step;
};

// The next step of the first remedy whose words stand in the message. Pure.
inline std::optional<std::string> look_up(std::span<const Remedy> remedies,
                                          std::string_view message) {
  for (const auto& [words, next_step] : remedies) {
    if (message.find(words) != std::string_view::npos) {
      return std::string{next_step};
    }
  }
  return std::nullopt;
}

}  // namespace litellm_exporter::doctor
