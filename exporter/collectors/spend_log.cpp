// SPDX-License-Identifier: Apache-2.0
#include "collectors/spend_log.hpp"

#include "base/log.hpp"
#include "metrics/family.hpp"
#include "series/render.hpp"

#include <exception>

namespace litellm_exporter {

SpendLogCollector::SpendLogCollector(const Config& config, const Parts& parts)
    : Collector("spend_log", config.database.poll_interval),
      parts_(parts),
      tail_(config, parts.state.cursor, parts.state.seen, parts.counting, parts.baseline_reason),
      families_(config.families),
      label_bytes_(config.limits.label_bytes) {
  if (parts_.counters.current().fragment == nullptr) {
    // What was loaded is on the page from the first scrape on.
    render_page();
    return;
  }
  // After a reload there may be more than what could be saved: the page holds still until then.
  try {
    parts_.keeper.save(parts_.state);
    render_page();
  } catch (const PollError& e) {
    log::warn("the page stays as it was before the reload", {{"err", e.what()}});
  }
}

void SpendLogCollector::collect(const std::stop_token& stop) {
  std::exception_ptr failure;
  try {
    parts_.database.with_session(stop, [&](postgres::Session& session) {
      look_for_new_keys(session);
      tail_.poll(session, [&] { parts_.keeper.save(parts_.state); });
    });
  } catch (const PollError&) {
    failure = std::current_exception();
  }
  // Also after a failure: what was counted before it is true, and new series wait to be shown.
  publish();
  if (failure) {
    std::rethrow_exception(failure);
  }
}

// A key table that is locked must not hold up the rows: the aliases will tell of the trouble.
void SpendLogCollector::look_for_new_keys(postgres::Session& session) {
  constexpr Milliseconds kGlance{100};
  try {
    session.in_snapshot(
        [&](postgres::Snapshot& snapshot) {
          add_new_keys(snapshot, label_bytes_, parts_.directory);
        },
        {}, kGlance);
  } catch (const PollError&) {
    if (!session.usable()) {
      throw;
    }
  }
}

void SpendLogCollector::publish() {
  SeriesStore& store = parts_.state.series;
  const auto now = Scrapers::Clock::now();
  store.show_fetched(parts_.scrapers.fetched_by_all(parts_.edition, now));
  parts_.state.scrapers = parts_.scrapers.count();
  parts_.keeper.save(parts_.state);
  render_page();
}

void SpendLogCollector::render_page() {
  SeriesStore& store = parts_.state.series;
  ++parts_.edition;
  store.put_on_page(parts_.edition);
  std::size_t next = 0;
  auto fragment =
      std::make_shared<const Fragment>(make_fragment([&](prometheus::MetricFamily& family) {
        while (next < kFamilies && !enabled(info(static_cast<Family>(next)).group)) {
          ++next;
        }
        if (next < kFamilies) {
          family = render(store, static_cast<Family>(next));
        } else if (next == kFamilies) {
          family = series_family();
        } else if (next == kFamilies + 1) {
          family = saved_family();
        }
        return next++ < kFamilies + 2;
      }));
  parts_.counters.publish({std::move(fragment), parts_.edition});
  parts_.summary.update(store, std::chrono::system_clock::now());
}

prometheus::MetricFamily SpendLogCollector::series_family() const {
  auto family = make_family("litellm_exporter_series", "Series on the page by counted family.",
                            prometheus::MetricType::Gauge);
  for (std::size_t i = 0; i < kFamilies; ++i) {
    const FamilyInfo& about = info(static_cast<Family>(i));
    if (is_limited(static_cast<Family>(i)) && enabled(about.group)) {
      add_sample(family,
                 static_cast<double>(parts_.state.series.series_count(static_cast<Family>(i))),
                 {{"family", std::string{about.name}}});
    }
  }
  return family;
}

prometheus::MetricFamily SpendLogCollector::saved_family() const {
  auto family = make_family("litellm_exporter_state_saved_timestamp_seconds",
                            "When the counters were last written to the state file.",
                            prometheus::MetricType::Gauge);
  if (const auto saved = parts_.keeper.saved_at()) {
    add_sample(family, unix_seconds(*saved));
  }
  return family;
}

bool SpendLogCollector::enabled(FamilyGroup group) const {
  switch (group) {
    case FamilyGroup::always:
      return true;
    case FamilyGroup::teams:
      return families_.teams;
    case FamilyGroup::keys:
      return families_.keys;
    case FamilyGroup::tags:
      return families_.tags;
    case FamilyGroup::users:
      return families_.users;
    case FamilyGroup::end_users:
      return families_.end_users;
    case FamilyGroup::guardrails:
      return families_.guardrails;
    case FamilyGroup::mcp_tools:
      return families_.mcp_tools;
  }
  return false;
}

}  // namespace litellm_exporter
