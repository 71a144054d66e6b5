// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "names/directory.hpp"
#include "poll/collector.hpp"
#include "postgres/database.hpp"

#include <cstddef>

namespace litellm_exporter {

// Keeps the directory of known keys, teams, tags and models up to date.
class AliasCollector : public Collector {
 public:
  AliasCollector(const Config& config, postgres::Database& database, Directory& directory,
                 Counting& counting);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return gaps_; }

 private:
  std::size_t label_bytes_;
  postgres::Database& database_;
  Directory& directory_;
  Counting& counting_;
  bool first_ = true;
  Gaps gaps_;
};

}  // namespace litellm_exporter
