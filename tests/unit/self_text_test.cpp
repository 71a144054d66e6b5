// SPDX-License-Identifier: Apache-2.0
#include "metrics/self.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

std::string text_of(const std::vector<std::shared_ptr<const Fragment>>& fragments) {
  std::string text;
  for (const auto& fragment : fragments) {
    text += fragment->plain;
  }
  return text;
}

bool has(const std::string& text, std::string_view line) {
  return text.find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("what the exporter says of itself is rendered when it changes") {
  SelfText text;
  SelfView view;
  view.refusals = {{"slow", 1}};
  view.collectors.emplace_back();
  view.collectors.back().name = "keys";
  const auto first = text.of(view);
  CHECK(text.of(view).front() == first.front());
  CHECK(has(text_of(first), "litellm_exporter_polls_total{collector=\"keys\"} 0\n"));
  CHECK(has(text_of(first), "process_open_fds "));

  view.collectors.back().polls = 1;
  CHECK(has(text_of(text.of(view)), "litellm_exporter_polls_total{collector=\"keys\"} 1\n"));
  view.refusals = {{"slow", 2}};
  CHECK(has(text_of(text.of(view)), "litellm_exporter_web_refusals_total{reason=\"slow\"} 2\n"));
  view.cluster.is_active = false;
  CHECK(has(text_of(text.of(view)), "litellm_exporter_active 0\n"));
  view.process = false;
  CHECK_FALSE(has(text_of(text.of(view)), "process_open_fds "));
}
