// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "entities/directory.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"
#include "spendlog/sink.hpp"

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

namespace litellm_exporter {

// Turns rows into increments: which families, under which labels, and what folds into "other".
// Belongs to the thread that polls the database.
class Counting : public RowSink {
 public:
  // How a label value came about, which decides whether it may fold.
  enum class Trust {
    known,       // from our own closed sets, a table or a successful request: never folds
    open,        // a client's choice, but of a request that passed: folds at the family's limit
    unverified,  // only failed requests have used it: folds at a much lower limit
  };
  struct Label {
    std::string_view value;
    Trust trust = Trust::known;
    // What the value becomes when it folds.
    std::string_view folded = "other";
  };

  Counting(const Config& config, const Directory& directory, SeriesStore& store);

  void count(const Row& row, double now, bool late) override;
  // Its names are genuine, and its series may come.
  void learn(const Row& row) override;
  void duplicate() override;
  void baseline(std::string_view reason) override;
  // Makes the series that the tables foresee, at 0.
  void foresee();

 private:
  struct Names;

  Names resolve(const Row& row);
  void trust_names(const Row& row);
  void count_model(const Row& row, const Names& names);
  void count_failure(const Row& row, const Names& names);
  void count_team(const Row& row, const Names& names);
  void count_key(const Row& row, const Names& names);
  void count_others(const Row& row);
  void foresee_model(std::string_view model, std::string_view provider);

  SeriesStore::Entry& series(Family family, std::span<const Label> labels);
  // The first failure of a key that has only succeeded so far should be an increase, too.
  void make_other_status(Family family, std::span<const Label> labels, Trust trust);
  void add(Family family, std::initializer_list<Label> labels, double amount);
  void observe(Family family, std::initializer_list<Label> labels, double value);
  void make(Family family, std::initializer_list<std::string_view> labels);
  bool has_room(Family family, Trust trust) const;

  Config::Limits limits_;
  Config::Families families_;
  const Directory& directory_;
  SeriesStore& store_;
  // Seen in a successful request, by this process or one before it.
  std::unordered_set<std::string> models_;
  std::unordered_set<std::string> providers_;
  std::unordered_set<std::string> teams_;
  std::unordered_set<std::string> keys_;
  std::string key_;
};

}  // namespace litellm_exporter
