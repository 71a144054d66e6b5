// SPDX-License-Identifier: Apache-2.0
#include "subjects/reading.hpp"

#include "base/text.hpp"

namespace litellm_exporter {

void Reading::attempt(const std::function<void()>& part) {
  try {
    part();
  } catch (const PollError& e) {
    if (!failure) {
      failure = e;
    }
  }
}

std::optional<double> number(const postgres::CopyRow& row, std::size_t column) {
  return row.at(column) ? parse_number(*row.at(column)) : std::nullopt;
}

bool is_true(const postgres::CopyRow& row, std::size_t column) { return row.at(column) == "t"; }

}  // namespace litellm_exporter
