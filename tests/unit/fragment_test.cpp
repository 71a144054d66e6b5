// SPDX-License-Identifier: Apache-2.0
#include "metrics/family.hpp"
#include "metrics/page.hpp"
#include "page_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace litellm_exporter;

namespace {

std::shared_ptr<const Fragment> fragment(const std::string& name, int series) {
  auto family = make_family(name, "Help.", prometheus::MetricType::Gauge);
  for (int i = 0; i < series; ++i) {
    add_sample(family, i, {{"n", std::to_string(i)}});
  }
  FragmentBuilder builder;
  builder.add(std::move(family));
  return builder.finish();
}

}  // namespace

TEST_CASE("fragments strung together are one page and one gzip stream") {
  for (const int series : {1, 20'000}) {
    const std::vector<std::shared_ptr<const Fragment>> fragments = {
        fragment("one", series), fragment("none", 0), fragment("two", 3)};
    const std::string plain = read_all(Page(fragments, false));
    CHECK(plain == fragments[0]->plain + fragments[2]->plain);
    CHECK_MESSAGE(plain.find("none") == std::string::npos, "a family without series has no HELP");
    const std::string packed = read_all(Page(fragments, true));
    CHECK(inflate_one(packed) == plain);
  }
}

TEST_CASE("a page can be read from any offset") {
  const Page page({fragment("one", 2), fragment("two", 2)}, false);
  const std::string whole = read_all(page);
  for (std::size_t offset = 0; offset < whole.size(); ++offset) {
    REQUIRE(whole.substr(offset).starts_with(page.at(offset)));
    REQUIRE(!page.at(offset).empty());
  }
  CHECK(page.at(whole.size()).empty());
}
