// SPDX-License-Identifier: Apache-2.0
#include "web/landing_page.hpp"

#include "version.hpp"
#include "web/html.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace litellm_exporter {
namespace {

using Clock = std::chrono::system_clock;

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
    return mark(true, "works");
  }
  return mark(false, "fails") + ": " + escape_html(status.error);
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

std::string landing_page(const SelfView& view, const std::string& telemetry_path) {
  std::string page = html_head("LiteLLM exporter");
  page += fmt::format(
      "<h1>LiteLLM exporter</h1>\n"
      "<p>Counts every request in LiteLLM's spend log once, for Prometheus.</p>\n"
      "<p>Version {} (revision {}), up for {}.</p>\n",
      kVersion, kRevision,
      format_duration(std::chrono::floor<std::chrono::seconds>(Clock::now() - view.started)));
  page += fmt::format(
      "<p>Database: {}. Configuration: {}.</p>\n",
      mark(view.database_up, view.database_up ? "answers" : "does not answer"),
      mark(view.reload.successful, view.reload.successful ? "in force" : "last reload refused"));
  page +=
      "<h2>Collectors</h2>\n<div class=\"scroll\" role=\"region\" "
      "aria-label=\"Collectors\" tabindex=\"0\"><table>\n<tr><th>name</th><th>state</th>"
      "<th>last success</th><th>took</th><th>runs</th><th>failed polls</th></tr>\n";
  for (const CollectorStatus& status : view.collectors) {
    page += collector_row(status);
  }
  page += fmt::format(
      "</table></div>\n<h2>Pages</h2>\n<ul>\n"
      "<li><a href=\"{0}\">{0}</a>: what Prometheus scrapes</li>\n"
      "<li><a href=\"/status\">/status</a>: requests, spend and errors of a week</li>\n"
      "<li><a href=\"/runbooks/\">/runbooks/</a>: what to do about each alert</li>\n"
      "<li><a href=\"/-/healthy\">/-/healthy</a>: the process serves</li>\n"
      "<li><a href=\"/-/ready\">/-/ready</a>: the first poll has ended</li>\n"
      "</ul>\n</body>\n</html>\n",
      escape_html(telemetry_path));
  return page;
}

}  // namespace litellm_exporter
