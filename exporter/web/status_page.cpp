// SPDX-License-Identifier: Apache-2.0
#include "web/status_page.hpp"

#include "web/chart.hpp"
#include "web/html.hpp"
#include "web/status_script.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace litellm_exporter {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::size_t kRows = 8;
// Columns narrow enough for a phone: 56 in a week.
constexpr hours kColumn{3};

using Ranking = std::vector<std::pair<std::string, double>>;

// What was added since `before`, the greatest first; what does not fit becomes one row.
Ranking added(const std::map<std::string, double>& now,
              const std::map<std::string, double>& before) {
  Ranking rows;
  double rest = 0;
  for (const auto& [name, value] : now) {
    const auto old = before.find(name);
    const double more = value - (old == before.end() ? 0 : old->second);
    if (name == "other") {
      rest += std::max(more, 0.0);
    } else if (more > 0) {
      rows.emplace_back(name, more);
    }
  }
  std::ranges::sort(rows, [](const auto& a, const auto& b) { return a.second > b.second; });
  for (std::size_t i = kRows; i < rows.size(); ++i) {
    rest += rows[i].second;
  }
  rows.resize(std::min(rows.size(), kRows));
  if (rest > 0) {
    rows.emplace_back("other", rest);
  }
  return rows;
}

std::string health(bool good, std::string_view yes, std::string_view no) {
  return fmt::format("<span class=\"{}\">{} {}</span>", good ? "good" : "bad",
                     good ? "&#10003;" : "&#10007;", good ? yes : no);
}

std::string state_line(const Summary& summary, const SelfView& view) {
  const auto failing = std::ranges::count_if(view.collectors, [](const CollectorStatus& status) {
    return status.polls > 0 && !status.success;
  });
  return fmt::format(
      "<p>{} &middot; {} &middot; counted up to {:%H:%M:%S} UTC</p>\n",
      health(view.database_up, "database answers", "database does not answer"),
      health(failing == 0, "all collectors work",
             fmt::format("{} of {} collectors fail", failing, view.collectors.size())),
      std::chrono::floor<std::chrono::seconds>(summary.at));
}

std::string card(std::string_view title, const std::string& number, std::string_view below) {
  return fmt::format("<div class=\"card\"><h2>{}</h2><b>{}</b><p>{}</p></div>\n", title,
                     escape_html(number), below);
}

std::string cards(const Totals& now, const Totals& before, const std::string& span) {
  const double requests = now.requests - before.requests;
  const double failures = now.failures - before.failures;
  const std::string share =
      requests > 0 ? fmt::format("{:.2f} %", 100 * failures / requests) : std::string{"0 %"};
  return "<div class=\"cards\">\n" + card("Requests", short_number(requests), span) +
         card("Tokens", short_number(now.tokens - before.tokens), span) +
         card("Spend", dollars(now.spend_usd - before.spend_usd), span) +
         card("Errors", share, fmt::format("{} requests", short_number(failures))) + "</div>\n";
}

// Seven days of UTC, the last one is today.
std::string trend(const Summary& summary) {
  const auto end = std::chrono::floor<days>(summary.at) + days(1);
  const auto begin = end - Summary::kSpan;
  std::vector<Column> columns;
  for (HourPoint from = begin; from < end; from += kColumn) {
    const Totals& before = summary.at_hour(from);
    const Totals& after = summary.at_hour(from + kColumn);
    const double failed = after.failures - before.failures;
    const double all = after.requests - before.requests;
    columns.push_back({fmt::format("{:%a %d %b, %H:00} UTC: {} requests, {} failed", from,
                                   short_number(all), short_number(failed)),
                       all - failed, failed});
  }
  std::string names;
  for (auto day = begin; day < end; day += days(1)) {
    names += fmt::format("<span>{:%a %d}</span>", day);
  }
  return "<h2>Requests of seven days</h2>\n" +
         column_chart("Requests of seven days, in columns of three hours", columns) +
         "<div class=\"days\">" + names +
         "</div>\n<p class=\"legend\"><i class=\"lower\"></i> success <i class=\"upper\"></i> "
         "failure &middot; UTC, by the time of counting</p>\n";
}

template <typename Format>
std::string ranking(std::string_view title, const Ranking& rows, std::string_view css_class,
                    std::string_view nothing, const Format& format) {
  std::string html = fmt::format("<section><h2>{}</h2>\n", title);
  if (rows.empty()) {
    return html + fmt::format("<p>{}</p></section>\n", nothing);
  }
  double total = 0;
  for (const auto& [name, value] : rows) {
    total += value;
  }
  html += "<table class=\"ranking\">\n";
  for (const auto& [name, value] : rows) {
    html += fmt::format("<tr><th>{}</th><td>{}</td><td class=\"number\">{}</td></tr>\n",
                        escape_html(name), share_bar(value / total, css_class),
                        escape_html(format(value)));
  }
  return html + "</table></section>\n";
}

}  // namespace

std::string status_page(const Summary& summary, const SelfView& view) {
  const HourPoint hour = std::chrono::floor<hours>(summary.at);
  const HourPoint first = summary.checkpoints.empty() ? hour : summary.checkpoints.front().hour;
  const HourPoint since = std::max(first, hour - days(1));
  const Totals& before = summary.at_hour(since);
  const std::string span = since == first && first > hour - days(1)
                               ? fmt::format("since {:%H:00} UTC", since)
                               : std::string{"last 24 hours"};
  std::string page = html_head("LiteLLM status");
  page += "<h1>LiteLLM</h1>\n<main>\n" + state_line(summary, view);
  page += cards(summary.now, before, span) + trend(summary) + "<div class=\"pair\">\n";
  page += ranking("Spend by model", added(summary.now.spend_by_model, before.spend_by_model),
                  "lower", "Nothing was spent.", dollars);
  page +=
      ranking("Latest errors by class", added(summary.now.errors_by_class, before.errors_by_class),
              "upper", "No request has failed.", short_number);
  page += "</div>\n</main>\n";
  page +=
      "<p id=\"stale\" class=\"bad\" hidden>The exporter does not answer; these numbers are "
      "old.</p>\n";
  page += fmt::format("<script>{}</script>\n</body>\n</html>\n", status_script());
  return page;
}

std::string status_page_policy(const std::vector<std::string>& frame_ancestors) {
  return fmt::format(
      "default-src 'none'; style-src 'unsafe-inline'; script-src '{}'; connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors {}",
      status_script_hash(),
      frame_ancestors.empty() ? "'none'" : fmt::format("{}", fmt::join(frame_ancestors, " ")));
}

}  // namespace litellm_exporter
