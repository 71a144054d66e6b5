// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"

#include <span>
#include <string_view>

namespace litellm_exporter {

// Where a subject comes from; also whose shared keys give its default pace.
enum class Source {
  database,  // entities.poll_interval, database.statement_timeout
  proxy,     // litellm.poll_interval, litellm.timeout
};

// What configuration, help and documentation say about a subject that is polled.
struct SubjectInfo {
  // Collector label, key below `collectors`, and flag.
  std::string_view name;
  std::string_view summary;
  Source source;
  bool enabled = true;
  // Zero: the shared one.
  Milliseconds interval{0};
  Milliseconds timeout{0};
  // A group of families that asks for it as well; nothing where it stands alone.
  bool FamilySwitches::*asked_by = nullptr;
};

using SubjectList = std::span<const SubjectInfo>;

}  // namespace litellm_exporter
