// SPDX-License-Identifier: Apache-2.0
#include "web/runbooks.hpp"

#include "web/embedded.hpp"
#include "web/html.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr const char* kFoot = "</main>\n</body>\n</html>\n";

}  // namespace

std::string runbook_page(std::string_view name) {
  const std::span<const Runbook> all = runbooks();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const Runbook& runbook) { return runbook.name == name; });
  if (found == all.end()) {
    return {};
  }
  return fmt::format("{}<p><a href=\"/runbooks/\">All runbooks</a></p>\n<main>\n{}{}",
                     html_head(found->name), found->html, kFoot);
}

std::string runbook_index() {
  std::string page = html_head("Runbooks") +
                     "<p><a href=\"/\">LiteLLM exporter</a></p>\n<main>\n<h1>Runbooks</h1>\n"
                     "<p>What to do about each alert.</p>\n<ul>\n";
  for (const Runbook& runbook : runbooks()) {
    page += fmt::format("<li><a href=\"/runbooks/{0}\">{0}</a></li>\n", runbook.name);
  }
  return page + "</ul>\n" + kFoot;
}

}  // namespace litellm_exporter
