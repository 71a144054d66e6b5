// SPDX-License-Identifier: Apache-2.0
#include "tally/tally.hpp"

#include "base/enum_array.hpp"
#include "base/log.hpp"
#include "metrics/family.hpp"
#include "poll/error.hpp"
#include "series/render.hpp"
#include "spendlog/sink.hpp"
#include "tally/bounds.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace litellm_exporter {
namespace {

State loaded_state(StateKeeper& keeper, const Config& config, std::string_view& baseline_reason) {
  StateKeeper::Loaded loaded = keeper.load(bounds_of(config));
  baseline_reason = loaded.damage ? kStateDamaged : kFirstStart;
  return std::move(loaded.state);
}

}  // namespace

Tally::Tally(const Config& config)
    : families_(config.families),
      keeper_(config.storage.path),
      state_(loaded_state(keeper_, config, baseline_reason_)),
      summary_(config.storage.path) {
  scrapers_.expect(state_.scrapers, Scrapers::Clock::now());
}

void Tally::adopt(const Config& config) {
  families_ = config.families;
  state_.series.rebound(bounds_of(config));
}

void Tally::resume() {
  if (edition_ == 0) {
    make_edition();
    return;
  }
  // There may be more than what could be saved: the page holds still until then.
  try {
    save();
    make_edition();
  } catch (const PollError& e) {
    log::warn("the page stays as it was before the reload", {{"err", e.what()}});
  }
}

void Tally::save() { keeper_.save(state_); }

void Tally::publish() {
  state_.series.show_fetched(scrapers_.fetched_by_all(edition_, Scrapers::Clock::now()));
  state_.scrapers = scrapers_.count();
  save();
  make_edition();
}

void Tally::make_edition() {
  state_.series.put_on_page(++edition_);
  FragmentBuilder fragment;
  for (const Family family : kEnumerators<Family>) {
    if (info(family).enabled(families_)) {
      fragment.add(render(state_.series, family));
    }
  }
  fragment.add(series_family());
  fragment.add(saved_family());
  counters_.publish({fragment.finish(), edition_});
  summary_.update(state_.series, std::chrono::system_clock::now());
}

prometheus::MetricFamily Tally::series_family() const {
  auto family = make_family("litellm_exporter_series", "Series on the page by counted family.",
                            prometheus::MetricType::Gauge);
  for (const Family counted : kEnumerators<Family>) {
    if (is_limited(counted) && info(counted).enabled(families_)) {
      add_sample(family, static_cast<double>(state_.series.series_count(counted)),
                 {{"family", std::string{info(counted).name}}});
    }
  }
  return family;
}

prometheus::MetricFamily Tally::saved_family() const {
  auto family = make_family("litellm_exporter_state_saved_timestamp_seconds",
                            "When the counters were last written to the state file.",
                            prometheus::MetricType::Gauge);
  if (const auto saved = keeper_.saved_at()) {
    add_sample(family, unix_seconds(*saved));
  }
  return family;
}

}  // namespace litellm_exporter
