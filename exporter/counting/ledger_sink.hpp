// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "counting/counting.hpp"
#include "spendlog/seen_ids.hpp"
#include "spendlog/sink.hpp"
#include "spendlog/source.hpp"

#include <cstddef>

namespace litellm_exporter {

// Takes the rows of the ledger and counts those of which the spend log has no row. Which it has is
// decided row by row, in the snapshot that shows the row: LiteLLM writes both in one transaction.
// So a switch of the log in either direction needs no moment at which one source takes over from
// the other. Belongs to the thread that polls.
class LedgerSink : public RowSink {
 public:
  // `of_log` are the requests counted from the spend log. `alone`: it is not read any more. All
  // outlive the sink.
  LedgerSink(Counting& counting, const SeenIds& of_log, bool alone, RequestSources& sources)
      : counting_(counting), of_log_(of_log), alone_(alone), sources_(sources) {}

  void count(const Row& row, double now, bool late) override;
  void learn(const Row&) override {}
  void duplicate() override {}
  void undecodable(bool before) override;
  void baseline(Baseline) override { changed_ = true; }

  // A poll has ended: says where each outcome comes from now, if that has changed, and counts the
  // failures whose codes are known now. Returns whether there is something to publish.
  bool conclude();

 private:
  struct Evidence {
    std::size_t logged = 0;
    std::size_t unlogged = 0;
  };

  bool is_logged(const Row& row) const;
  void judge(const Evidence& evidence, std::string_view outcome, RequestSource& source);

  Counting& counting_;
  const SeenIds& of_log_;
  bool alone_;
  RequestSources& sources_;
  // Of this poll.
  Evidence successes_;
  Evidence failures_;
  bool changed_ = false;
};

}  // namespace litellm_exporter
