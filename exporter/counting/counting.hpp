// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "config/config.hpp"
#include "counting/feeds.hpp"
#include "counting/limited_store.hpp"
#include "counting/names.hpp"
#include "daily/error_codes.hpp"
#include "daily/levels.hpp"
#include "names/directory.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"
#include "spendlog/sink.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// Turns rows into increments: which families, under which labels. Belongs to the thread that polls
// the database.
class Counting : public RowSink {
 public:
  // `levels` follow what is counted of the requests that LiteLLM's daily sums have, too. Without
  // `codes` a failure that has no code is one with an unknown code. All outlive this.
  Counting(const Config& config, const Directory& directory, SeriesStore& store,
           DailyLevels& levels, ErrorCodes* codes = nullptr);

  void count(const Row& row, double now, bool late) override;
  // A row of the ledger whose request the spend log does not have.
  void count_unlogged(const Row& row, double now);
  // So many failures of this group, model and provider whose source knows no code: they are counted
  // as errors once LiteLLM has summed up their codes, all else about them is the caller's to count.
  void fail_without_code(const Row& row, std::uint64_t count = 1);
  // Counts those that wait no longer; to be called when all sources were polled. Returns whether
  // there were any.
  bool settle_codes();
  // Of those that wait; nullptr if none does.
  ErrorCodes* codes() const noexcept { return codes_; }
  // A row of the ledger, whoever counts its request.
  void delivered(const Row& row);
  // The spend log has another request under the id of one that was counted all the same.
  void recovered();
  // A row that was there before counting began.
  void learn(const Row& row) override;
  void duplicate() override;
  void undecodable(bool before) override;
  void baseline(Baseline reason) override;
  // A sum of LiteLLM's own has grown: names.growth, under the labels in `names`. 0 makes a series.
  void count_growth(Per per, const Names& names);
  // What LiteLLM's daily sums of requests have gained beyond what was counted.
  void count_summed(const DailyLevels::Growth& growth);
  // Makes the series that the tables foresee, at 0.
  void foresee();

 private:
  // Its names are genuine, and its series may come.
  void know(const Row& row);
  // Counts the row in the families of one thing; `names` are the row's own before and after it.
  void feed(Per per, const Row& row, Names& names);
  void feed_guardrails(const std::vector<const Feed*>& feeds, const Row& row, Names& names);
  void feed_dimensions(const std::vector<const Feed*>& feeds, const Row& row, Names& names);
  // Whether a caller asked for it.
  bool is_request(const Row& row) const;
  void count_everywhere(const Row& row, double now, bool has_code);
  void count_failures(std::string_view model, std::string_view provider, std::string_view code,
                      std::uint64_t count);
  // Lets a row feed the families among these that are not counted from sums on its day.
  void feed_rest(const std::vector<const Feed*>& feeds, const Row& row, const Names& names);
  // Whether its failure is counted with it, and not from sums.
  bool counts_errors(const Row& row) const;
  bool is_summed(const Feed& feed, const Row& row) const;
  // The feeds of a group of families; none if the group is switched off.
  std::vector<const Feed*> feeds_of(bool FamilySwitches::*group) const;

  Config::Limits limits_;
  // Of the families that are switched on.
  EnumArray<Per, std::vector<const Feed*>> feeds_;
  // Those of them that count each row, and not callers' requests alone.
  EnumArray<Per, std::vector<const Feed*>> feeds_of_all_;
  EnumArray<SumOf, std::vector<const Feed*>> feeds_of_sums_;
  bool probes_apart_;
  std::vector<std::string> dimensions_;
  const Directory& directory_;
  SeriesStore& store_;
  DailyLevels& levels_;
  ErrorCodes* codes_;
  KnownNames known_;
  LimitedStore limited_;
  // A member for the sake of its memory.
  std::vector<const Feed*> rest_;
};

}  // namespace litellm_exporter
