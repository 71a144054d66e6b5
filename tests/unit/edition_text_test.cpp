// SPDX-License-Identifier: Apache-2.0
#include "tally/edition_text.hpp"

#include "page_text.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>
#include <string>

using namespace litellm_exporter;

namespace {

SeriesStore::Bounds bounds() {
  SeriesStore::Bounds all;
  all[Family::request_duration] = {0.5, 1, 2, 5};
  return all;
}

std::string made_anew(SeriesStore& store) { return EditionText().update(store, {})->plain; }

// A counter, a histogram and an info, as a random number chooses.
void change(SeriesStore& store, std::mt19937& random) {
  const std::string name = fmt::format("name-{:03}", random() % 500);
  switch (random() % 5) {
    case 0:
      return store.observe(Family::request_duration, {name, "p", "success"},
                           static_cast<double>(random() % 100) / 10);
    case 1: {
      const auto key = SeriesStore::join({name, "upstream", "host", "r"});
      return store.set(Family::upstream_info, store.make(Family::upstream_info, key),
                       static_cast<double>(random() % 2));
    }
    default:
      return store.add(Family::tag_requests, {name}, static_cast<double>(random() % 10'000));
  }
}

}  // namespace

TEST_CASE("a text that is kept up to date is the one that is made anew") {
  SeriesStore store(bounds());
  EditionText kept;
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  for (std::uint64_t page = 1; page <= 100; ++page) {
    for (auto changes = random() % 40; changes > 0; --changes) {
      change(store, random);
    }
    if (random() % 2 == 0) {
      store.show_fetched(page - 1);
    }
    store.put_on_page(page);
    const auto text = kept.update(store, {});
    REQUIRE(text->plain == made_anew(store));
    REQUIRE(inflate_one(read_all(Page({text}, true))) == text->plain);
  }
}

TEST_CASE("a poll without changes makes no new text") {
  SeriesStore store(bounds());
  EditionText kept;
  store.add(Family::tag_requests, {"a"}, 1);
  const auto first = kept.update(store, {});
  CHECK(kept.update(store, {}) == first);
  store.add(Family::tag_requests, {"a"}, 1);
  CHECK_MESSAGE(kept.update(store, {}) != first, "the value is hidden, but who knows that");
}

TEST_CASE("a family that is switched off has no text") {
  SeriesStore store(bounds());
  store.add(Family::tag_requests, {"a"}, 1);
  FamilySwitches switches;
  switches.tags = false;
  EditionText text;
  CHECK(text.update(store, switches)->plain.empty());
  text.reset();
  CHECK(text.update(store, {})->plain.find("litellm_tag_requests_total{tag=\"a\"} 0\n") !=
        std::string::npos);
}

TEST_CASE("series are sorted, so that a page does not change by chance") {
  SeriesStore store(bounds());
  EditionText text;
  const auto shown = [&](const char* tag) {
    const std::string& page = text.update(store, {})->plain;
    return page.find(fmt::format("{{tag=\"{}\"}}", tag));
  };
  for (const char* tag : {"c", "a", "b"}) {
    store.add(Family::tag_requests, {tag}, 1);
  }
  CHECK(shown("a") < shown("b"));
  CHECK(shown("b") < shown("c"));
  store.add(Family::tag_requests, {"aa"}, 1);
  CHECK(shown("a") < shown("aa"));
  CHECK(shown("aa") < shown("b"));
}
