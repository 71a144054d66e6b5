// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "counting/label.hpp"
#include "names/directory.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace litellm_exporter {

// The values of the labels that rows give, each under its label's name.
struct Names {
  Label model;
  Label provider;
  Label status;
  Label exception_class;
  Label status_code;
  Label team;
  Label team_alias;
  Label key;
  Label key_alias;
  Label user;
  Label end_user;
  Label tool;
  Label requested_model;
  Label route;
  Label origin;
  Label service_tier;
  Label deployment;
  Label upstream_model;
  Label api_host;
  Label organization;
  Label organization_alias;
  Label project;
  Label project_alias;
  Label agent;
  Label agent_name;
  // A row may have several of these; they are set one after the other.
  Label tag;
  Label guardrail;
  std::optional<double> guardrail_seconds;
  Label dimension;
  Label value;
  // Of sums that LiteLLM keeps: by how much one has grown; of failures that were waiting for their
  // code: how many there are.
  Label category;
  Label outcome;
  std::optional<double> growth;
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
  // The labels of a row, but for its tags, guardrails and dimensions; their views are good as long
  // as the row and the directory are.
  Names resolve(const Row& row) const;
  Label tag(const Row& row, const std::string& tag) const;
  // A value that a client chose.
  static Label chosen(const Row& row, std::string_view value);

  const std::unordered_set<std::string>& models() const noexcept { return models_; }

 private:
  // Whose call it was, beside its key.
  void resolve_owners(const Row& row, Names& names) const;

  const Directory& directory_;
  std::unordered_set<std::string> models_;
  std::unordered_set<std::string> providers_;
  std::unordered_set<std::string> teams_;
  std::unordered_set<std::string> keys_;
};

}  // namespace litellm_exporter
