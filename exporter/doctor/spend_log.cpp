// SPDX-License-Identifier: Apache-2.0
#include "doctor/spend_log.hpp"

#include "doctor/database_remedy.hpp"
#include "names/directory.hpp"
#include "poll/error.hpp"
#include "poll/gap.hpp"
#include "spendlog/row_table.hpp"
#include "spendlog/tail.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace litellm_exporter::doctor {
namespace {

// Counts rows and nothing else.
class Onlooker : public RowSink {
 public:
  void count(const Row& /*row*/, double /*now*/, bool /*late*/) override { ++rows_; }
  void learn(const Row& /*row*/) override { ++rows_; }
  void duplicate() override {}
  void undecodable(bool /*before*/) override { ++undecodable_; }
  void baseline(Baseline /*reason*/) override {}

  std::size_t rows() const noexcept { return rows_; }
  std::size_t undecodable() const noexcept { return undecodable_; }

 private:
  std::size_t rows_ = 0;
  std::size_t undecodable_ = 0;
};

void poll_rows(const Config& config, postgres::Session& session, Report& report) {
  // A short window: the trial must not read hours of rows.
  Config short_windows = config;
  short_windows.spend_log.window =
      std::min<Milliseconds>(config.spend_log.window, std::chrono::minutes(15));
  short_windows.spend_log.sweep_window = short_windows.spend_log.window;
  Cursor cursor;
  SeenIds seen;
  Onlooker sink;
  PositionReader positions;
  Tail tail(short_windows, spend_log_table(), cursor, seen, sink, positions, Baseline::first_start);
  // The first takes a baseline, the second asks for what is new.
  tail.poll(session, [] {});
  tail.poll(session, [] {});
  const std::vector<std::string> refused = positions.refused();
  std::string text = fmt::format("a trial poll reads {} rows of the last {}", sink.rows(),
                                 format_duration(short_windows.spend_log.window));
  if (!refused.empty()) {
    text += fmt::format("; the server refuses {}", fmt::join(refused, "; "));
  }
  if (sink.undecodable() > 0) {
    report.warning("spend_log", fmt::format("{}; {} more cannot be read", text, sink.undecodable()),
                   "the exporter's log names them; look at the server's log for damaged pages");
  } else {
    report.ok("spend_log", text);
  }
}

void read_names(const Config& config, postgres::Session& session, Report& report) {
  Gaps gaps;
  session.in_snapshot(
      [&](postgres::Snapshot& snapshot) {
        load_directory(snapshot, config.limits.label_bytes, gaps);
      },
      {}, postgres::kShortLock);
  if (lacks_right(gaps)) {
    report.warning("aliases", "works without " + describe(gaps),
                   "run role.sql again as the owner of LiteLLM's tables");
  } else {
    report.ok("aliases", gaps.empty() ? "works" : "works without " + describe(gaps));
  }
}

}  // namespace

bool examine_spend_log(const Config& config, postgres::Database& database, Report& report) {
  const auto attempt = [&](const char* subject, auto examine) {
    try {
      database.with_session({},
                            [&](postgres::Session& session) { examine(config, session, report); });
      return true;
    } catch (const PollError& e) {
      report.failure(subject, e.what(), database_remedy(e));
      return false;
    }
  };
  attempt("aliases", read_names);
  return attempt("spend_log", poll_rows);
}

}  // namespace litellm_exporter::doctor
