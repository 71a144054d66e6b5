// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "base/text.hpp"
#include "postgres/copy_row.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/row.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace litellm_exporter {

// The fields of one line by their columns, on the way into a row: what makes no sense is left out
// and noted there. Belongs to whoever decodes; fields and row outlive it.
class Fields {
 public:
  Fields(const postgres::CopyRow& fields, std::size_t label_bytes, Row& row)
      : fields_(fields), label_bytes_(label_bytes), row_(row) {}

  std::string_view text(LogColumn column) const {
    return fields_.at(index_of(column)).value_or(std::string_view{});
  }
  bool present(LogColumn column) const { return !text(column).empty(); }

  void label(LogColumn column, std::string& target) const {
    target = clean_label(trim(text(column)), label_bytes_);
  }
  std::string label(std::string_view text) const { return clean_label(trim(text), label_bytes_); }

  // NULL and '' are 0; what is no number of at least 0, or so large that a counter would lose what
  // is added to it, is noted and is 0.
  double amount(LogColumn column, Invalid invalid) const {
    if (!present(column)) {
      return 0;
    }
    const auto value = parse_number(text(column));
    constexpr double kLargest = 1e15;
    if (!value || *value < 0 || *value > kLargest) {
      note(invalid);
      return 0;
    }
    return *value;
  }

  void note(Invalid invalid) const {
    if (std::find(row_.invalid.begin(), row_.invalid.end(), invalid) == row_.invalid.end()) {
      row_.invalid.push_back(invalid);
    }
  }

 private:
  const postgres::CopyRow& fields_;
  std::size_t label_bytes_;
  Row& row_;
};

}  // namespace litellm_exporter
