// SPDX-License-Identifier: Apache-2.0
#include "web/landing_page.hpp"

#include "version.hpp"
#include "web/html.hpp"
#include "web/peer_list.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

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

// What several collectors say while the database does not answer: its fault, and told once.
std::string database_error(const SelfView& view) {
  if (view.database_up) {
    return {};
  }
  std::map<std::string, int> said;
  for (const CollectorStatus& status : view.collectors) {
    if (!status.error.empty() && ++said[status.error] > 1) {
      return status.error;
    }
  }
  return {};
}

std::string state_of(const CollectorStatus& status, const std::string& told) {
  if (status.polls == 0) {
    return "waiting for the first poll";
  }
  if (status.success) {
    return mark(true, "works");
  }
  return !told.empty() && status.error == told
             ? mark(false, "waits for the database")
             : mark(false, "fails") + ": " + escape_html(status.error);
}

std::string collector_row(const CollectorStatus& status, const std::string& told) {
  std::uint64_t failures = 0;
  for (const std::uint64_t count : status.failures) {
    failures += count;
  }
  return fmt::format(
      "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number more\">{:.0f} ms"
      "</td><td class=\"number more\">every {}</td><td class=\"number more\">{} of {}</td></tr>\n",
      escape_html(status.name), state_of(status, told), ago(status.last_success),
      status.duration_seconds * 1000, format_duration(status.interval), failures, status.polls);
}

std::string collectors(const SelfView& view, const std::string& told) {
  if (view.collectors.empty()) {
    return {};
  }
  const auto failing = std::ranges::count_if(view.collectors, [](const CollectorStatus& status) {
    return status.polls > 0 && !status.success;
  });
  // Where all is well a line says it.
  std::string html = fmt::format(
      "<h2>Collectors</h2>\n<details{}><summary>{}</summary>\n"
      "<div class=\"scroll\" role=\"region\" aria-label=\"Collectors\" tabindex=\"0\"><table "
      "class=\"collectors\">\n"
      "<tr><th>name</th><th>state</th><th>last success</th><th class=\"more\">took</th>"
      "<th class=\"more\">runs</th><th class=\"more\">failed polls</th></tr>\n",
      failing == 0 ? "" : " open",
      mark(failing == 0, failing == 0
                             ? fmt::format("all {} work", view.collectors.size())
                             : fmt::format("{} of {} fail", failing, view.collectors.size())));
  for (const CollectorStatus& status : view.collectors) {
    html += collector_row(status, told);
  }
  return html + "</table></div></details>\n";
}

// Nothing where this exporter is alone.
std::string cluster(const ClusterView& view) {
  return view.peers.empty()
             ? std::string{}
             : fmt::format("<h2>Cluster</h2>\n<p>{}, beside:</p>\n{}",
                           view.is_active ? "This exporter counts" : "This exporter stands by",
                           peer_list(view));
}

}  // namespace

std::string landing_page(const SelfView& view, const std::string& telemetry_path) {
  const std::string told = database_error(view);
  return html_head("LiteLLM exporter") + navigation("/") +
         fmt::format(
             "<main>\n<h1>LiteLLM exporter</h1>\n"
             "<p>Counts every request in LiteLLM's spend log once, for Prometheus.</p>\n"
             "<p>Version {} (revision {}), up for {}.</p>\n<p>Database: {}{}</p>\n"
             "<p>Configuration: {}.</p>\n{}",
             kVersion, kRevision,
             format_duration(std::chrono::floor<std::chrono::seconds>(Clock::now() - view.started)),
             mark(view.database_up, view.database_up ? "answers" : "does not answer"),
             told.empty() ? "." : ": " + escape_html(told),
             mark(view.reload.successful,
                  view.reload.successful ? "in force" : "last reload refused"),
             cluster(view.cluster)) +
         collectors(view, told) +
         fmt::format(
             "<h2>Pages</h2>\n<ul>\n"
             "<li><a href=\"{0}\">{0}</a>: what Prometheus scrapes</li>\n"
             "<li><a href=\"/status\">/status</a>: requests, spend and errors of a week</li>\n"
             "<li><a href=\"/runbooks/\">/runbooks/</a>: what to do about each alert</li>\n"
             "<li><a href=\"/-/healthy\">/-/healthy</a>: the process serves</li>\n"
             "<li><a href=\"/-/ready\">/-/ready</a>: the first poll has ended</li>\n"
             "</ul>\n</main>\n</body>\n</html>\n",
             escape_html(telemetry_path));
}

}  // namespace litellm_exporter
