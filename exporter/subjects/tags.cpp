// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

void read_tags(Reading& reading) {
  static const EntityTable tags = {.scope = "tag",
                                   .table = "LiteLLM_TagTable",
                                   .id = {"tag_name"},
                                   .name = "tag_name",
                                   .columns = {"spend", "budget_id"}};
  read_entities(reading, tags);
}

}  // namespace litellm_exporter
