// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter::postgres {

// One line of COPY ... TO STDOUT in text format, split and unescaped; made once and reused for
// every line. https://www.postgresql.org/docs/15/sql-copy.html, "Text Format".
class CopyRow {
 public:
  // Takes the line apart in place: the fields point into it and live as long as it does.
  void parse(std::string& line);

  std::size_t size() const noexcept { return fields_.size(); }
  // NULL is nothing. Throws PollError with Reason::decode past the last field.
  const std::optional<std::string_view>& at(std::size_t index) const;
  void drop_last() { fields_.pop_back(); }

 private:
  std::vector<std::optional<std::string_view>> fields_;
};

}  // namespace litellm_exporter::postgres
