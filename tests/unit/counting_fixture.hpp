// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "counting/counting.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace litellm_exporter {

// Rows of one provider, and what counting makes of them.
struct CountingFixture {
  Config config;
  Directory directory;
  DailyLevels levels;
  SeriesStore store{SeriesStore::Bounds{}};

  Row row(const std::string& model, bool success = true) const {
    Row result;
    result.model = model;
    result.provider = "p";
    result.success = success;
    result.exception_class = success ? "unknown" : "Timeout";
    result.status_code = success ? "unknown" : "408";
    return result;
  }

  double value(Family family, std::initializer_list<std::string_view> labels) {
    const auto* entry = store.find(family, SeriesStore::join(labels));
    return entry == nullptr ? -1 : entry->second.value;
  }
  double sum(Family family) const {
    double sum = 0;
    for (const auto& [key, series] : store.series(family)) {
      sum += series.value;
    }
    return sum;
  }

  // One request of each kind, with all that a row can hold.
  void count_everything() {
    Row full = row("m", false);
    full.duration = full.first_token = full.per_output_token = 1;
    full.user = full.end_user = full.tool = "someone";
    full.tags = {"t"};
    full.guardrails = {{"g", "blocked", 1}};
    full.requested_model = "another";
    full.disconnected = true;
    full.overhead = 1;
    full.route = "acompletion";
    full.service_tier = "flex";
    full.organization = full.project = full.agent = full.deployment = full.upstream_model = "id";
    full.input_audio_tokens = full.output_audio_tokens = 1;
    full.input_image_tokens = full.output_image_tokens = 1;
    full.input_cost = full.output_cost = full.tool_cost = 1;
    full.dimensions = {"value"};
    Counting counting(config, directory, store, levels);
    counting.count(full, 0, false);
    full.success = true;
    counting.count(full, 0, false);
    full.kind = Row::Kind::internal_call;
    full.origin = "billed_retry";
    counting.count(full, 0, false);
    full.kind = Row::Kind::health_probe;
    counting.count(full, 0, false);
    Names names;
    names.growth = 1;
    counting.count_growth(Per::gateway_request, names);
    counting.count_growth(Per::gateway_error, names);
  }
};

}  // namespace litellm_exporter
