// SPDX-License-Identifier: Apache-2.0
#include "web/landing_page.hpp"

#include "version.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace litellm_exporter {
namespace {

using Clock = std::chrono::system_clock;

constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>LiteLLM exporter</title>
<style>
:root { --text: #1b1f24; --soft: #57606a; --line: #d8dee4; --back: #ffffff; --good: #0b6e4f; --bad: #b3261e; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9aa4af; --line: #30363d; --back: #0f1419; --good: #4cc38a; --bad: #ff8d85; --link: #79b8ff; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; color: var(--soft); }
a { color: var(--link); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
td.number { font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); }
ul { padding-left: 1.2rem; margin: .25rem 0; }
</style>
</head>
<body>
)";

std::string ago(std::optional<Clock::time_point> time) {
  if (!time) {
    return "never";
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(Clock::now() - *time);
  return format_duration(std::max(seconds, std::chrono::seconds(0))) + " ago";
}

std::string state_of(const CollectorStatus& status) {
  if (status.polls == 0) {
    return "waiting for the first poll";
  }
  if (status.success) {
    return "<span class=\"good\">&#10003; works</span>";
  }
  return fmt::format("<span class=\"bad\">&#10007; fails</span>: {}", escape_html(status.error));
}

std::string collector_row(const CollectorStatus& status) {
  std::uint64_t failures = 0;
  for (const std::uint64_t count : status.failures) {
    failures += count;
  }
  return fmt::format(
      "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{:.0f} ms</td>"
      "<td class=\"number\">every {}</td><td class=\"number\">{} of {}</td></tr>\n",
      escape_html(status.name), state_of(status), ago(status.last_success),
      status.duration_seconds * 1000, format_duration(status.interval), failures, status.polls);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string landing_page(const SelfView& view, const std::string& telemetry_path) {
  std::string page = kHead;
  page += fmt::format(
      "<h1>LiteLLM exporter</h1>\n"
      "<p>Counts every request in LiteLLM's spend log once, for Prometheus.</p>\n"
      "<p>Version {} (revision {}), up for {}.</p>\n",
      kVersion, kRevision,
      format_duration(std::chrono::floor<std::chrono::seconds>(Clock::now() - view.started)));
  page += fmt::format("<p>Database: {}. Configuration: {}.</p>\n",
                      view.database_up ? "<span class=\"good\">&#10003; answers</span>"
                                       : "<span class=\"bad\">&#10007; does not answer</span>",
                      view.reload.successful
                          ? "<span class=\"good\">&#10003; in force</span>"
                          : "<span class=\"bad\">&#10007; last reload refused</span>");
  page +=
      "<h2>Collectors</h2>\n<div class=\"scroll\"><table>\n<tr><th>name</th><th>state</th>"
      "<th>last success</th><th>took</th><th>runs</th><th>failed polls</th></tr>\n";
  for (const CollectorStatus& status : view.collectors) {
    page += collector_row(status);
  }
  page += fmt::format(
      "</table></div>\n<h2>Pages</h2>\n<ul>\n"
      "<li><a href=\"{0}\">{0}</a>: what Prometheus scrapes</li>\n"
      "<li><a href=\"/-/healthy\">/-/healthy</a>: the process serves</li>\n"
      "<li><a href=\"/-/ready\">/-/ready</a>: the first poll has ended</li>\n"
      "</ul>\n</body>\n</html>\n",
      escape_html(telemetry_path));
  return page;
}

}  // namespace litellm_exporter
