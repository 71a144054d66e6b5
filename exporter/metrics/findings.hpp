// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/family.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace litellm_exporter {

// What a metric means and where it comes from. Nothing escapes it on the page: anything but one
// line without a backslash does not compile.
class Help {
 public:
  consteval Help(const char* text) : text_(text) {
    if (text_.find_first_of("\n\\") != std::string_view::npos || !text_.ends_with('.')) {
      throw "help is one line without a backslash and ends with a full stop";
    }
  }
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

// A gauge that is replaced whole at each poll: a constant beside the subject that fills it.
struct Gauge {
  std::string_view name;
  Help help;
};

// The series that one poll of one subject found. Label values must have passed clean_label.
class Findings {
 public:
  // A value that is absent or not finite has no series: unlimited is no number. Of two series with
  // the same labels the first stays, since a page with both would lose one anyway. The gauge
  // outlives the findings, as constants do.
  void add(const Gauge& gauge, std::optional<double> value, const LabelPairs& labels = {});

  // Whether nothing else has claimed these labels: whoever adds several gauges for one thing asks
  // first, so that two of them never mix.
  bool claim(const LabelPairs& labels);
  // How many things have no series because their labels are another's: ids that were cut or cleaned
  // to the same text.
  std::size_t indistinct() const;

  // Notes things of which nothing was added, because there are too many of them.
  void leave_out(std::size_t count) { left_out_ += count; }
  std::size_t left_out() const noexcept { return left_out_; }

  std::vector<prometheus::MetricFamily> families() &&;

 private:
  struct Found {
    const Gauge* gauge;
    prometheus::MetricFamily family;
    // The labels of its series.
    std::unordered_set<std::string> seen;
    std::size_t refused = 0;
  };

  Found& of(const Gauge& gauge);

  // A dozen at most, in the order in which they were first found.
  std::vector<Found> found_;
  std::unordered_set<std::string> claimed_;
  std::size_t refused_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace litellm_exporter
