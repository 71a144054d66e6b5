// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace litellm_exporter {

// What to do about one alert: its name, and a piece of HTML that cmark made of
// rules/runbooks/NAME.md when the exporter was built.
struct Runbook {
  std::string_view name;
  std::string_view html;
};

// Sorted by name.
std::span<const Runbook> runbooks();

// The page of one alert; empty when there is none. May be called from any thread.
std::string runbook_page(std::string_view name);
// Links to all of them.
std::string runbook_index();

}  // namespace litellm_exporter
