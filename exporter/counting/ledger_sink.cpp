// SPDX-License-Identifier: Apache-2.0
#include "counting/ledger_sink.hpp"

#include "base/label_values.hpp"
#include "base/log.hpp"

#include <utility>

namespace litellm_exporter {

bool LedgerSink::is_logged(const Row& row) const {
  // The log keeps milliseconds.
  constexpr Micros kSameStart = 2'000;
  return (row.logged == Row::Logged::same && !alone_) ||
         // Its row may have been deleted since.
         of_log_.contains(row.request, row.start, kSameStart);
}

void LedgerSink::count(const Row& row, double now, bool /*late*/) {
  counting_.delivered(row);
  Evidence& evidence = row.success ? successes_ : failures_;
  if (is_logged(row)) {
    ++evidence.logged;
    return;
  }
  counting_.count_unlogged(row, now);
  changed_ = true;
  if (row.logged == Row::Logged::other && !alone_) {
    counting_.recovered();
  } else {
    ++evidence.unlogged;
  }
}

void LedgerSink::undecodable(bool before) {
  counting_.undecodable(before);
  changed_ = true;
}

bool LedgerSink::conclude() {
  judge(std::exchange(successes_, {}), kSuccess, sources_.success);
  judge(std::exchange(failures_, {}), kFailure, sources_.failure);
  changed_ = counting_.settle_codes() || changed_;
  return std::exchange(changed_, false);
}

void LedgerSink::judge(const Evidence& evidence, std::string_view outcome, RequestSource& source) {
  if (evidence.logged + evidence.unlogged == 0) {
    return;
  }
  const auto found =
      evidence.unlogged > evidence.logged ? RequestSource::ledger : RequestSource::log;
  if (std::exchange(source, found) != found) {
    changed_ = true;
    log::info("requests come from another source than before",
              {{"outcome", outcome}, {"source", kSourceNames[found]}});
  }
}

}  // namespace litellm_exporter
