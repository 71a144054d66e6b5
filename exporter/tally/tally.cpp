// SPDX-License-Identifier: Apache-2.0
#include "tally/tally.hpp"

#include "base/enum_array.hpp"
#include "base/log.hpp"
#include "metrics/family.hpp"
#include "poll/error.hpp"
#include "tally/bounds.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace litellm_exporter {

Tally::Tally(const Config& config)
    : families_(config.families),
      keeper_(config.storage.path),
      loaded_(keeper_.load(bounds_of(config))),
      summary_(config.storage.path) {
  scrapers_.expect(state().scrapers, Scrapers::Clock::now());
}

Baseline Tally::baseline_reason() const noexcept {
  return loaded_.damage ? Baseline::state_damaged : Baseline::first_start;
}

void Tally::adopt(const Config& config) {
  families_ = config.families;
  state().series.rebound(bounds_of(config));
  text_.reset();
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
    log::warn("the page holds still until the state can be saved", {{"err", e.what()}});
  }
}

void Tally::withdraw(const Config& config) {
  counters_.publish({{}, edition_});
  text_.reset();
  loaded_.state = State(bounds_of(config));
}

void Tally::take_over(const Config& config, bool is_old) {
  families_ = config.families;
  keeper_.stop_copying();
  // A file that was damaged at the start has been moved aside since.
  auto damage = std::move(loaded_.damage);
  text_.reset();
  loaded_ = keeper_.load(bounds_of(config));
  if (keeper_.empty() && !loaded_.damage) {
    loaded_.damage = std::move(damage);
  }
  revealed_ = false;
  copy_is_old_ = is_old;
  state().series.show_all();
  scrapers_.expect(state().scrapers, Scrapers::Clock::now());
}

void Tally::save() { keeper_.save(state()); }

void Tally::publish() {
  if (copy_is_old_ && !revealed_) {
    state().series.show_all();
  }
  state().series.show_fetched(scrapers_.fetched_by_all(edition_, Scrapers::Clock::now()));
  state().scrapers = scrapers_.count();
  save();
  make_edition();
}

void Tally::make_edition() {
  SeriesStore& store = state().series;
  store.put_on_page(++edition_);
  FragmentBuilder about;
  about.add(series_family());
  about.add(saved_family());
  counters_.publish({{text_.update(store, families_), about.finish()}, edition_});
  summary_.update(store, std::chrono::system_clock::now());
}

prometheus::MetricFamily Tally::series_family() const {
  auto family = make_family("litellm_exporter_series", "Series on the page by counted family.",
                            prometheus::MetricType::Gauge);
  for (const Family counted : kEnumerators<Family>) {
    if (is_limited(counted) && info(counted).enabled(families_) &&
        !loaded_.state.series.series(counted).empty()) {
      add_sample(family, static_cast<double>(loaded_.state.series.series_count(counted)),
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
