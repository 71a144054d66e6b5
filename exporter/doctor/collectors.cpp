// SPDX-License-Identifier: Apache-2.0
#include "collectors/daily.hpp"
#include "collectors/registry.hpp"
#include "doctor/database_remedy.hpp"
#include "doctor/examine.hpp"
#include "doctor/spend_log.hpp"
#include "metrics/lint.hpp"
#include "metrics/page.hpp"
#include "metrics/self.hpp"
#include "poll/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace litellm_exporter::doctor {
namespace {

constexpr const char* kRunRoleSql = "run role.sql again as the owner of LiteLLM's tables";

// Returns whether the role has every right that it needs. `mention`: also if all is well.
bool poll(Collector& collector, const Config& config, Report& report, bool mention = true) {
  try {
    collector.collect({});
    const Gaps gaps = collector.gaps();
    if (lacks_right(gaps)) {
      report.warning(collector.name(), "works without " + describe(gaps), kRunRoleSql);
      return false;
    }
    if (mention || !gaps.empty()) {
      report.ok(collector.name(), gaps.empty() ? "works" : "works without " + describe(gaps));
    }
    return true;
  } catch (const PollError& e) {
    const bool rights = e.reason() == Reason::permission;
    report.failure(collector.name(), e.what(),
                   !rights ? database_remedy(e)
                   : config.collectors.contains(collector.name())
                       ? "give the right, or switch it off: --no-collector." + collector.name()
                       : kRunRoleSql);
    return !rights;
  }
}

// One line is enough for those that work: all has to fit on a screen.
bool poll_daily(const Config& config, postgres::Database& database, Report& report) {
  bool complete = true;
  bool first = true;
  for (const auto& daily : make_daily_trials(config, database)) {
    complete = poll(*daily, config, report, std::exchange(first, false)) && complete;
  }
  return complete;
}

// The last word about rights: what each collector was given only its poll can tell.
void judge_rights(bool counted, bool complete, Report& report) {
  if (!complete) {
    report.warning("rights", "not all that the collectors above need", kRunRoleSql);
  } else if (counted && !report.mentions("rights")) {
    report.ok("rights", "what is needed and no more");
  }
}

}  // namespace

void examine_collectors(const Config& config, Report& report) {
  postgres::Database database(config.database.conninfo,
                              {config.database.statement_timeout, config.database.connect_timeout});
  ProxyAccess proxies(config.litellm);
  ModelNameStore model_names;
  GaugeBoard gauges;
  const GaugeParts parts{config, database, proxies, model_names, gauges};
  try {
    database.with_session({}, [](postgres::Session&) {});
    const bool counted = examine_spend_log(config, database, report);
    bool complete = poll_daily(config, database, report);
    for (const auto& collector : make_collectors(Source::database, parts)) {
      complete = poll(*collector, config, report) && complete;
    }
    judge_rights(counted, complete, report);
  } catch (const PollError&) {
    report.warning("collectors", "not tried without a database", "see the lines above");
  }
  const Page page({}, gauges, SelfText().of({.objectives = config.objectives}), false);
  std::string text;
  for (const std::string_view piece : page.pieces()) {
    text += piece;
  }
  const std::vector<std::string> findings = lint_page(text);
  for (const std::string& finding : findings) {
    report.failure("page", finding, "please report it with this line");
  }
  if (findings.empty()) {
    report.ok("page", fmt::format("{} bytes, well formed", text.size()));
  }
}

}  // namespace litellm_exporter::doctor
