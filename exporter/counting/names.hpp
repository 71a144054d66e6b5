// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "counting/label.hpp"
#include "names/directory.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace litellm_exporter {

// The labels that several families share.
struct Names {
  Label model;
  Label provider;
  Label team;
  Label team_alias;
  Label key;
  Label key_alias;
  Label status;
};

// Empty names have one of their own.
std::string_view or_unknown(const std::string& text);

// Which names are genuine: the tables hold them, or a successful request has used them, whether
// this process saw it or one before it. Belongs to the thread that polls the database.
class KnownNames {
 public:
  KnownNames(const Directory& directory, const SeriesStore& store);

  // From a successful request.
  void learn(const Row& row);
  // The labels of a row; their views are good as long as the row and the directory are.
  Names resolve(const Row& row) const;

  const std::unordered_set<std::string>& models() const noexcept { return models_; }

 private:
  const Directory& directory_;
  std::unordered_set<std::string> models_;
  std::unordered_set<std::string> providers_;
  std::unordered_set<std::string> teams_;
  std::unordered_set<std::string> keys_;
};

}  // namespace litellm_exporter
