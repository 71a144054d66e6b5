// SPDX-License-Identifier: Apache-2.0
#include "web/status_page.hpp"

#include "base/label_values.hpp"
#include "web/chart.hpp"
#include "web/embedded.hpp"
#include "web/html.hpp"
#include "web/peer_list.hpp"
#include "web/script_hash.hpp"
#include "web/verdict.hpp"

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
    if (name == kOther) {
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
    rows.emplace_back(kOther, rest);
  }
  return rows;
}

// The time of day, with the day if that is not today.
std::string instant(std::chrono::sys_seconds time, std::chrono::sys_days today) {
  return std::chrono::floor<days>(time) == today ? fmt::format("{:%H:%M:%S} UTC", time)
                                                 : fmt::format("{:%d %b %Y, %H:%M:%S} UTC", time);
}

// Rows are counted by successful polls of the spend log only.
std::string counted(const SelfView& view, std::chrono::sys_days today) {
  const auto log = std::ranges::find(view.collectors, "spend_log", &CollectorStatus::name);
  if (log == view.collectors.end() || !log->last_success) {
    return "nothing counted since the start";
  }
  const auto last = std::chrono::floor<std::chrono::seconds>(*log->last_success);
  return fmt::format("counted up to <time datetime=\"{:%Y-%m-%dT%H:%M:%S}Z\">{}</time>", last,
                     instant(last, today));
}

// Nothing where no proxy is watched.
std::string proxies_state(const ProxyCount& proxies) {
  return proxies.watched == 0
             ? std::string{}
             : mark(proxies.up == proxies.watched,
                    fmt::format("{} of {} proxies answer", proxies.up, proxies.watched)) +
                   " &middot; ";
}

std::string state_line(const SelfView& view, std::chrono::sys_days today) {
  const auto failing = std::ranges::count_if(view.collectors, [](const CollectorStatus& status) {
    return status.polls > 0 && !status.success;
  });
  return fmt::format(
      "<p>{}{} &middot; {} &middot; {}</p>\n", proxies_state(view.proxies),
      mark(view.database_up, view.database_up ? "database answers" : "database does not answer"),
      mark(failing == 0,
           failing == 0 ? "all collectors work"
                        : fmt::format("{} of {} collectors fail", failing, view.collectors.size())),
      counted(view, today));
}

std::string card(std::string_view title, const std::string& number, std::string_view below,
                 bool bad = false) {
  return fmt::format("<div class=\"card\"><h2>{}</h2><b{}>{}</b><p>{}</p></div>\n", title,
                     bad ? " class=\"bad\"" : "", escape_html(number), below);
}

std::string cards(const Totals& now, const Totals& before, const std::string& span) {
  const double requests = now.requests - before.requests;
  const double failures = now.failures - before.failures;
  const std::string share =
      requests > 0 ? fmt::format("{:.2f} %", 100 * failures / requests) : std::string{"0 %"};
  return "<div class=\"cards\">\n" + card("Requests", short_number(requests), span) +
         card("Tokens", short_number(now.tokens - before.tokens), span) +
         card("Spend", dollars(now.spend_usd - before.spend_usd), span) +
         card("Errors", share, fmt::format("{} requests", short_number(failures)),
              failures > kManyErrors * requests) +
         "</div>\n";
}

// The requests that were counted in a span of hours, and how much of it the exporter was there.
struct Span {
  HourPoint from;
  double requests = 0;
  double failures = 0;
  // Hours that have begun; those of them in which nobody counted.
  std::ptrdiff_t begun = 0;
  std::ptrdiff_t missed = 0;
};

Span span_of(const Summary& summary, HourPoint from, hours length) {
  const Totals& before = summary.at_hour(from);
  const Totals& after = summary.at_hour(from + length);
  const HourPoint now = std::chrono::floor<hours>(summary.at);
  const auto begun = std::clamp(now + hours(1) - from, hours(0), length).count();
  return {from, after.requests - before.requests, after.failures - before.failures, begun,
          begun - std::min<std::ptrdiff_t>(begun, summary.counted_hours(from, from + length))};
}

// When counting began, where that is less than the span ago.
HourPoint first_hour(const Summary& summary) {
  return summary.checkpoints.empty() ? std::chrono::floor<hours>(summary.at)
                                     : summary.checkpoints.front()->hour;
}

Column column_of(const Span& span, HourPoint first) {
  Column column;
  column.lower = span.requests - span.failures;
  column.upper = span.failures;
  column.text = fmt::format("{:%a %d %b, %H:00} UTC: ", span.from);
  if (span.begun == 0 || span.from + kColumn <= first) {
    // Nobody was away: it had not begun.
    column.back = Column::Back::none;
  } else if (span.missed == span.begun) {
    column.back = Column::Back::gap;
    column.text += "no exporter";
  } else {
    column.text += fmt::format("{} requests, {} failed", short_number(span.requests),
                               short_number(span.failures));
    column.text += span.missed == 0 ? "" : fmt::format("; {} h without an exporter", span.missed);
  }
  return column;
}

std::string cell(const Span& span, HourPoint first, hours length) {
  if (span.begun == 0 || span.from + length <= first) {
    return "<td></td>";
  }
  return span.missed == span.begun
             ? std::string{"<td>no exporter</td>"}
             : fmt::format("<td>{}</td>", escape_html(short_number(span.requests)));
}

// The same numbers for those who have no pointer or cannot see the columns.
std::string trend_table(const Summary& summary, HourPoint begin, HourPoint end) {
  std::string html =
      "<details><summary>The same as a table</summary><div class=\"scroll\" "
      "role=\"region\" aria-label=\"Requests of seven days as a table\" tabindex=\"0\"><table>\n"
      "<thead><tr><th scope=\"col\">UTC</th>";
  for (hours hour{0}; hour < days(1); hour += kColumn) {
    html += fmt::format("<th scope=\"col\">{:%H}&ndash;{:%H}</th>", hour, hour + kColumn);
  }
  html += "<th scope=\"col\">all</th><th scope=\"col\">failed</th></tr></thead><tbody>\n";
  const HourPoint first = first_hour(summary);
  for (HourPoint day = begin; day < end; day += days(1)) {
    html += fmt::format("<tr><th scope=\"row\">{:%a %d %b}</th>", day);
    for (HourPoint from = day; from < day + days(1); from += kColumn) {
      html += cell(span_of(summary, from, kColumn), first, kColumn);
    }
    const Span all = span_of(summary, day, days(1));
    const bool begun = day + days(1) > first;
    html += fmt::format("{}<td>{}</td></tr>\n", cell(all, first, days(1)),
                        begun ? escape_html(short_number(all.failures)) : std::string{});
  }
  return html + "</tbody></table></div></details>\n";
}

// Seven days of UTC, the last one is today.
std::string trend(const Summary& summary) {
  const auto end = std::chrono::floor<days>(summary.at) + days(1);
  const auto begin = end - Summary::kSpan;
  const HourPoint first = first_hour(summary);
  std::vector<Column> columns;
  for (HourPoint from = begin; from < end; from += kColumn) {
    columns.push_back(column_of(span_of(summary, from, kColumn), first));
  }
  std::string names;
  for (auto day = begin; day < end; day += days(1)) {
    names += fmt::format("<span>{:%a %d}</span>", day);
  }
  const double top = scale_top(columns);
  return fmt::format(
      "<h2>Requests of seven days</h2>\n<div class=\"plot\"><div class=\"scale\" "
      "aria-hidden=\"true\"><span>{}</span><span>{}</span><span>0</span></div>{}"
      "<div class=\"days\" aria-hidden=\"true\">{}</div></div>\n"
      "<p class=\"legend\"><i class=\"lower\"></i> success <i class=\"upper\"></i> failure "
      "<i class=\"gap\"></i> no exporter &middot; in three hours, UTC, by the time of counting{}"
      "</p>\n{}",
      short_number(top), short_number(top / 2),
      column_chart("Requests of seven days in columns of three hours; the table below has the "
                   "numbers",
                   columns),
      names,
      first > begin ? fmt::format(", which began on {:%a %d %b, %H:00}", first) : std::string{},
      trend_table(summary, begin, end));
}

template <typename Format>
std::string ranking(std::string_view title, const std::string& span, const Ranking& rows,
                    std::string_view css_class, std::string_view nothing, const Format& format) {
  std::string html = fmt::format(
      "<section><h2>{}</h2>\n<p class=\"legend\">{}; a bar is a share of all</p>\n", title, span);
  if (rows.empty()) {
    return html + fmt::format("<p>{}</p></section>\n", nothing);
  }
  double total = 0;
  for (const auto& [name, value] : rows) {
    total += value;
  }
  html += "<table class=\"ranking\">\n";
  for (const auto& [name, value] : rows) {
    html += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td></tr>\n",
        breakable_html(name), share_bar(value / total, css_class), escape_html(format(value)));
  }
  return html + "</table></section>\n";
}

std::string script() { return fmt::format("<script>{}</script>\n</body>\n</html>\n", status_js()); }

}  // namespace

std::string status_page(const Summary& summary, const SelfView& view,
                        std::chrono::system_clock::time_point now, bool is_framed) {
  const auto today = std::chrono::floor<days>(now);
  const HourPoint hour = std::chrono::floor<hours>(summary.at);
  const HourPoint first = first_hour(summary);
  const HourPoint since = std::max(first, hour - days(1));
  const Totals& before = summary.at_hour(since);
  const std::string span =
      since == first && first > hour - days(1)
          ? "since " + instant(summary.checkpoints.empty()
                                   ? std::chrono::floor<std::chrono::seconds>(summary.at)
                                   : summary.checkpoints.front()->at,
                               today)
          : fmt::format("since {:%a %H:00} UTC", since);
  const Verdict verdict = verdict_of(summary, view);
  std::string page = html_head(verdict.words) + (is_framed ? std::string{} : navigation("/status"));
  page += fmt::format(
      "<p id=\"stale\" role=\"status\" hidden>The exporter does not answer; these numbers are "
      "old.</p>"
      "\n<main>\n<h1{}>{}</h1>\n{}",
      verdict.good ? "" : " class=\"bad\"", escape_html(verdict.words),
      view.cluster.is_active ? state_line(view, today) : std::string{});
  if (!view.cluster.is_active) {
    // What it has is as old as the last time it counted.
    return page + peer_list(view.cluster) + "</main>\n" + script();
  }
  page += cards(summary.now, before, span) + trend(summary) + "<div class=\"pair\">\n";
  page += ranking("Spend by model", span, added(summary.now.spend_by_model, before.spend_by_model),
                  "lower", "Nothing was spent.", dollars);
  page +=
      ranking("Errors by class", span, added(summary.now.errors_by_class, before.errors_by_class),
              "upper", "No request has failed.", short_number);
  page += "</div>\n</main>\n";
  return page + script();
}

std::string status_page_policy(const std::vector<std::string>& frame_ancestors) {
  return fmt::format(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '{}'; "
      "connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors {}",
      script_hash(status_js()),
      frame_ancestors.empty() ? "'none'" : fmt::format("{}", fmt::join(frame_ancestors, " ")));
}

}  // namespace litellm_exporter
