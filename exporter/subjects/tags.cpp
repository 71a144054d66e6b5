// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

void read_tags(Reading& reading) {
  static const EntityTable tags = {.scope = "tag",
                                   .table = "LiteLLM_TagTable",
                                   .id = {"tag_name"},
                                   .name = "tag_name",
                                   .columns = {"spend", "budget_id"}};
  read_entities(reading, tags);
}

}  // namespace

constinit const TableSubject tags_subject = {
    .info = {.name = "tags", .summary = "budgets of tags", .source = Source::database},
    .read = read_tags};

}  // namespace litellm_exporter
