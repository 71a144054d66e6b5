// SPDX-License-Identifier: Apache-2.0
#include "series/store.hpp"

#include "series/render.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

SeriesStore::Bounds make_bounds(std::vector<double> bounds) {
  SeriesStore::Bounds all;
  all[Family::request_duration] = std::move(bounds);
  return all;
}

SeriesStore make_store(std::vector<double> bounds = {1, 2}) {
  return SeriesStore(make_bounds(std::move(bounds)));
}

// The only series of the family, as it is on the page.
prometheus::ClientMetric only(const SeriesStore& store, Family family) {
  const SeriesStore::Entry* entry = &*store.series(family).begin();
  return render(store, family, {&entry, 1}).metric.at(0);
}

double shown(const SeriesStore& store) { return only(store, Family::requests).counter.value; }

}  // namespace

TEST_CASE("a new series is at 0 until its page was fetched") {
  SeriesStore store = make_store();
  store.add(Family::requests, {"m", "p", "success"}, 5);
  CHECK_MESSAGE(shown(store) == 0, "not yet on any page");
  store.show_fetched(10);
  CHECK_MESSAGE(shown(store) == 0, "page 10 was made before the series");
  store.put_on_page(11);
  store.show_fetched(10);
  CHECK(shown(store) == 0);
  store.add(Family::requests, {"m", "p", "success"}, 2);
  store.show_fetched(11);
  CHECK(shown(store) == 7);
}

TEST_CASE("buckets are cumulative on the page and agree with the count") {
  SeriesStore store = make_store();
  for (const double value : {0.5, 1.0, 1.5, 99.0}) {
    store.observe(Family::request_duration, {"m", "p", "success"}, value);
  }
  store.put_on_page(1);
  store.show_fetched(1);
  const auto histogram = only(store, Family::request_duration).histogram;
  REQUIRE(histogram.bucket.size() == 3);
  CHECK_MESSAGE(histogram.bucket[0].cumulative_count == 2, "a bound belongs to its bucket");
  CHECK(histogram.bucket[1].cumulative_count == 3);
  CHECK(histogram.bucket[2].cumulative_count == 4);
  CHECK(histogram.sample_count == 4);
  CHECK(histogram.sample_sum == 102);
  CHECK(store.series_count(Family::request_duration) == 5);
}

TEST_CASE("only what changed is saved") {
  SeriesStore store = make_store();
  store.add(Family::tag_requests, {"a"}, 1);
  store.add(Family::tag_requests, {"a"}, 1);
  store.add(Family::tag_requests, {"b"}, 1);
  CHECK(store.changed().size() == 2);
  store.saved();
  CHECK(store.changed().empty());
  store.add(Family::tag_requests, {"b"}, 0);
  CHECK_MESSAGE(store.changed().empty(), "adding nothing changes nothing");
  store.put_on_page(1);
  store.show_fetched(1);
  CHECK_MESSAGE(store.changed().size() == 2, "being shown must survive a restart");
}

TEST_CASE("a restored series shows its value at once if it did before") {
  SeriesStore store = make_store();
  Series series;
  series.value = 9;
  series.shown = true;
  store.restore(Family::requests, SeriesStore::join({"m", "p", "success"}), series);
  store.restored();
  CHECK(shown(store) == 9);
  CHECK(store.changed().empty());
}

TEST_CASE("a reload keeps the counters and starts a histogram with other bounds afresh") {
  SeriesStore store = make_store({1, 2});
  store.add(Family::requests, {"m", "p", "success"}, 4);
  store.observe(Family::request_duration, {"m", "p", "success"}, 1);
  store.make(Family::tag_requests, "junk", /*unverified=*/true);
  store.rebound(make_bounds({1, 2}));
  CHECK(store.series(Family::request_duration).size() == 1);
  CHECK(store.unverified_count(Family::tag_requests) == 1);
  CHECK_MESSAGE(store.changed().size() == 3,
                "not saved before the reload, so to be saved after it");
  store.rebound(make_bounds({1, 5}));
  CHECK(store.series(Family::request_duration).empty());
  CHECK(store.changed().size() == 2);
  CHECK(store.series(Family::requests).begin()->second.value == 4);
  // Nothing points at what is gone.
  store.put_on_page(1);
  store.show_fetched(1);
  store.observe(Family::request_duration, {"m", "p", "success"}, 3);
  CHECK(store.series(Family::request_duration).begin()->second.buckets ==
        std::vector<std::uint64_t>{0, 1, 0});
}
