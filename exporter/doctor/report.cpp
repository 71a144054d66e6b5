// SPDX-License-Identifier: Apache-2.0
#include "doctor/report.hpp"

#include "base/enum_array.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace litellm_exporter::doctor {
namespace {

constexpr EnumArray<Level, std::string_view> kLevelNames{
    {Level::ok, "ok"}, {Level::warning, "warning"}, {Level::failure, "failure"}};

}  // namespace

void Report::ok(const std::string& subject, const std::string& message) {
  add(Level::ok, subject, message, {});
}

void Report::warning(const std::string& subject, const std::string& message,
                     const std::string& next_step) {
  add(Level::warning, subject, message, next_step);
}

void Report::failure(const std::string& subject, const std::string& message,
                     const std::string& next_step) {
  add(Level::failure, subject, message, next_step);
}

void Report::add(Level level, const std::string& subject, const std::string& message,
                 const std::string& next_step) {
  constexpr std::size_t kLongest = 2000;
  findings_.push_back(
      {level, subject, clean_label(message, kLongest), clean_label(next_step, kLongest)});
}

std::size_t Report::count(Level level) const {
  return static_cast<std::size_t>(
      std::count_if(findings_.begin(), findings_.end(),
                    [&](const Finding& finding) { return finding.level == level; }));
}

bool Report::mentions(const std::string& subject) const {
  return std::ranges::any_of(findings_,
                             [&](const Finding& finding) { return finding.subject == subject; });
}

void Report::print(std::ostream& out) const {
  for (const Finding& finding : findings_) {
    out << fmt::format("{:<8} {:<20} {}\n", kLevelNames[finding.level], finding.subject,
                       finding.message);
    if (!finding.next_step.empty()) {
      out << fmt::format("{:<8} {:<20} -> {}\n", "", "", finding.next_step);
    }
  }
  out << fmt::format("\n{} ok, {} to look at, {} to mend\n", count(Level::ok),
                     count(Level::warning), count(Level::failure));
}

void Report::print_json(std::ostream& out) const {
  nlohmann::json checks = nlohmann::json::array();
  for (const Finding& finding : findings_) {
    checks.push_back({{"level", kLevelNames[finding.level]},
                      {"subject", finding.subject},
                      {"message", finding.message},
                      {"next_step", finding.next_step}});
  }
  const nlohmann::json report = {{"checks", std::move(checks)},
                                 {"warnings", count(Level::warning)},
                                 {"failures", count(Level::failure)}};
  out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

}  // namespace litellm_exporter::doctor
