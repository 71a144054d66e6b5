// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/limited_store.hpp"
#include "counting/names.hpp"
#include "names/directory.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"
#include "spendlog/sink.hpp"

#include <string_view>

namespace litellm_exporter {

// Turns rows into increments: which families, under which labels. Belongs to the thread that polls
// the database.
class Counting : public RowSink {
 public:
  Counting(const Config& config, const Directory& directory, SeriesStore& store);

  void count(const Row& row, double now, bool late) override;
  // Its names are genuine, and its series may come.
  void learn(const Row& row) override;
  void duplicate() override;
  void undecodable(bool before) override;
  void baseline(std::string_view reason) override;
  // Makes the series that the tables foresee, at 0.
  void foresee();

 private:
  void count_model(const Row& row, const Names& names);
  void count_failure(const Row& row, const Names& names);
  void count_team(const Row& row, const Names& names);
  void count_key(const Row& row, const Names& names);
  void count_others(const Row& row);
  void count_self(const Row& row, double now, bool late);

  Config::Limits limits_;
  Config::Families families_;
  const Directory& directory_;
  SeriesStore& store_;
  KnownNames known_;
  LimitedStore limited_;
};

}  // namespace litellm_exporter
