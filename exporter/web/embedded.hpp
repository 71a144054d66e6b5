// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace litellm_exporter {

// Files that become a part of the binary when it is built, so that a page needs nothing outside of
// it; see embed.cmake. Each begins and ends with a line feed.

// For <style>, of all pages.
std::string_view style_css();
// For <script>, of the status page.
std::string_view status_js();

// What to do about one alert: its name, a piece of HTML that cmark made of rules/runbooks/NAME.md,
// and what rules/alerts say of it.
struct Runbook {
  std::string_view name;
  std::string_view severity;
  std::string_view category;
  std::string_view summary;
  std::string_view html;
};

// Sorted by name.
std::span<const Runbook> runbooks();

}  // namespace litellm_exporter
