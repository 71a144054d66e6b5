// SPDX-License-Identifier: Apache-2.0
#include "web/runbooks.hpp"

#include "web/embedded.hpp"
#include "web/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm_exporter {
namespace {

constexpr const char* kFoot = "</main>\n</body>\n</html>\n";

struct Category {
  std::string_view name;
  std::string_view title;
};

// In the order in which somebody who was woken looks for them.
constexpr auto kCategories = std::to_array<Category>({
    {"availability", "Availability"},
    {"errors", "Errors"},
    {"slo", "Error budget"},
    {"latency", "Latency"},
    {"budget", "Spend and budgets"},
    {"keys", "Keys"},
    {"probe", "Probes from outside"},
    {"pipeline", "Spend log"},
    {"exporter", "The exporter"},
    {"database", "PostgreSQL"},
    {"redis", "Redis"},
    {"container", "Containers"},
    {"host", "Hosts"},
    {"monitoring", "Prometheus and Alertmanager"},
});

std::string entry(const Runbook& runbook) {
  return fmt::format(
      "<li><i class=\"{0}\" role=\"img\" aria-label=\"{0}\" title=\"{0}\"></i> "
      "<a href=\"/runbooks/{1}\">{2}</a><br>{3}</li>\n",
      runbook.severity, runbook.name, breakable_html(runbook.name), escape_html(runbook.summary));
}

}  // namespace

std::string runbook_page(std::string_view name) {
  const std::span<const Runbook> all = runbooks();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const Runbook& runbook) { return runbook.name == name; });
  if (found == all.end()) {
    return {};
  }
  return fmt::format("{}{}<main>\n{}{}", html_head(found->name), navigation({}), found->html,
                     kFoot);
}

std::string runbook_index() {
  std::string page = html_head("Runbooks") + navigation("/runbooks/") +
                     "<main>\n<h1>Runbooks</h1>\n<p>What to do about each alert.</p>\n"
                     "<p class=\"legend\"><i class=\"critical\"></i> pages somebody "
                     "<i class=\"warning\"></i> waits for the morning <i class=\"info\"></i> is "
                     "only noted</p>\n";
  for (const Category& category : kCategories) {
    page += fmt::format("<h2>{}</h2>\n<ul class=\"runbooks\">\n", category.title);
    for (const Runbook& runbook : runbooks()) {
      page += runbook.category == category.name ? entry(runbook) : std::string{};
    }
    page += "</ul>\n";
  }
  return page + kFoot;
}

}  // namespace litellm_exporter
