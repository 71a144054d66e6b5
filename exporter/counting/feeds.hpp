// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "counting/names.hpp"
#include "daily/measures.hpp"
#include "series/family.hpp"
#include "spendlog/row.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace litellm_exporter {

// The thing that a family counts: a row may have none of it, or several.
enum class Per {
  call,
  failure,
  fallback,
  disconnect,
  internal_call,
  health_probe,
  service_tier,
  deployment,
  organization,
  project,
  agent,
  user,
  end_user,
  tool,
  tag,
  guardrail,
  dimension,
  // Of no row, but of sums that LiteLLM keeps by the day.
  gateway_request,
  gateway_error
};

// What of LiteLLM's daily sums a family counts where rows do not tell. Requests go by their
// outcome.
struct Summed {
  SumOf of;
  Measure measure = Measure::successes;
};

// The rows that a family counts: money and tokens are spent by calls that are no caller's request,
// too.
enum class Rows { requests, all };

// How rows feed one of the families whose labels come from them.
class Feed {
 public:
  // Added to a counter, observed by a histogram; without a value there is not even a series at 0.
  using Amount = std::optional<double> (*)(const Row&, const Names&);

  // The labels are the catalogue's. One that Names does not have does not compile.
  constexpr Feed(Family family, Per per, Amount amount, Rows rows = Rows::requests,
                 std::optional<Summed> summed = std::nullopt);

  constexpr Family family() const noexcept { return family_; }
  constexpr Per per() const noexcept { return per_; }
  constexpr Rows rows() const noexcept { return rows_; }
  constexpr const std::optional<Summed>& summed() const noexcept { return summed_; }
  std::optional<double> amount_of(const Row& row, const Names& names) const {
    return amount_(row, names);
  }
  // The labels' values, in the family's order.
  std::span<Label Names::*const> labels() const { return std::span(labels_).first(size_); }

 private:
  Family family_;
  Per per_;
  Amount amount_;
  Rows rows_;
  std::optional<Summed> summed_;
  std::array<Label Names::*, LabelNames::kMost> labels_{};
  std::size_t size_;
};

// One for each family with limited labels, in the order of the families.
std::span<const Feed> feeds();
// Of a family with limited labels.
const Feed& feed_of(Family family);

}  // namespace litellm_exporter
