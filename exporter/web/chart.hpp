// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// One column of a chart: two parts, the second one stacked on the first.
struct Column {
  // What a pointer that rests on it reads.
  std::string text;
  double lower = 0;
  double upper = 0;
  // What stands behind the two parts.
  enum class Back { plain, gap, none };
  Back back = Back::plain;
};

// The top of a scale for these columns: a round number whose half is a round number, too.
double scale_top(const std::vector<Column>& columns);

// Columns from left to right as inline SVG that takes the width it is given; `label` is for those
// who cannot see it. Colours are the classes "lower" and "upper" of the page's style.
std::string column_chart(std::string_view label, const std::vector<Column>& columns);

// A bar of a share between 0 and 1, as inline SVG.
std::string share_bar(double share, std::string_view css_class);

// As a person reads it: 950, 12.4 k, 3.1 M.
std::string short_number(double value);
// US dollars: $0.00, <$0.01, $12.34, $1.2 k.
std::string dollars(double value);

}  // namespace litellm_exporter
