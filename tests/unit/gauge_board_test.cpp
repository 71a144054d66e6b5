// SPDX-License-Identifier: Apache-2.0
#include "metrics/gauge_board.hpp"

#include "metrics/family.hpp"
#include "metrics/lint.hpp"
#include "metrics/page.hpp"
#include "page_text.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;
using Clock = GaugeBoard::Clock;

namespace {

std::vector<prometheus::MetricFamily> family(const std::string& name, const std::string& id) {
  auto made = make_family(name, "Help.", prometheus::MetricType::Gauge);
  add_sample(made, 1, {{"id", id}});
  return {made};
}

std::string text_of(const GaugeBoard& gauges) { return gauges.current()->plain; }

const auto kLater = Clock::now() + std::chrono::hours(1);

}  // namespace

TEST_CASE("publishers share a family under one header") {
  GaugeBoard gauges;
  gauges.publish("teams", family("b", "t"), kLater);
  gauges.publish("keys", family("b", "k"), kLater);
  gauges.publish("spend", family("a", "s"), kLater);
  const std::string text = text_of(gauges);
  CHECK(text ==
        "# HELP a Help.\n# TYPE a gauge\na{id=\"s\"} 1\n"
        "# HELP b Help.\n# TYPE b gauge\nb{id=\"k\"} 1\nb{id=\"t\"} 1\n");
  CHECK(lint_page(text).empty());
}

TEST_CASE("what is published is strung together once") {
  GaugeBoard gauges;
  gauges.publish("keys", family("b", "k"), kLater);
  const auto first = gauges.current();
  CHECK(gauges.current() == first);
  gauges.publish("keys", family("b", "l"), kLater);
  CHECK(text_of(gauges).find("\"l\"") != std::string::npos);
  const auto page = [&] { return read_all(Page({gauges.current()}, true)); };
  CHECK(inflate_one(page()) == text_of(gauges));
  // One that is about to expire leaves by itself.
  gauges.publish("teams", family("c", "t"), Clock::now() + std::chrono::milliseconds(1));
  while (text_of(gauges).find("\"t\"") != std::string::npos) {
  }
  CHECK(text_of(gauges).find("\"l\"") != std::string::npos);
}

TEST_CASE("proxies are counted as long as the page shows them") {
  GaugeBoard gauges;
  CHECK(gauges.proxies().watched == 0);
  gauges.publish("keys", family("b", "k"), kLater);
  gauges.publish("proxies", family("up", "p"), kLater, {1, 2});
  CHECK(gauges.proxies().up == 1);
  CHECK(gauges.proxies().watched == 2);
  gauges.publish("proxies", family("up", "p"), Clock::now(), {1, 2});
  CHECK(gauges.proxies().watched == 0);
  gauges.publish("proxies", family("up", "p"), kLater, {2, 2});
  gauges.retain({"keys"});
  CHECK(gauges.proxies().watched == 0);
}

TEST_CASE("a poll replaces, age withdraws and a reload forgets") {
  GaugeBoard gauges;
  gauges.publish("keys", family("b", "old"), kLater);
  gauges.publish("keys", family("b", "new"), kLater);
  CHECK(text_of(gauges).find("old") == std::string::npos);
  gauges.publish("keys", {}, kLater);
  CHECK(text_of(gauges).empty());
  gauges.publish("keys", family("b", "stale"), Clock::now());
  CHECK(text_of(gauges).empty());
  gauges.publish("teams", family("b", "t"), kLater);
  gauges.retain({"keys"});
  CHECK(text_of(gauges).empty());
}

TEST_CASE("the lint takes a good page and names what is wrong with a bad one") {
  const std::string head = "# HELP a Help.\n# TYPE a gauge\n";
  CHECK(lint_page(head + "a{x=\"} {\\\"\",y=\"\"} 1e-05\na +Inf\n").empty());
  CHECK(lint_page("# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n")
            .empty());
  const auto finding = [&](const std::string& page) {
    const auto findings = lint_page(page);
    return findings.empty() ? std::string{"none"} : findings.front();
  };
  CHECK(finding(head + "a 1\na 2\n") == "line 4: a is there twice");
  CHECK(finding(head + "b 1\n") == "line 3: b is outside of its family");
  CHECK(finding(head + "a{x=\"y} 1\n") == "line 3: is no sample");
  CHECK(finding(head + "a{x=\"y\"}\n") == "line 3: is no sample");
  CHECK(finding(head + "a one\n") == "line 3: is no sample");
  CHECK(finding(head + "a 1\n" + head) == "line 4: a is there in pieces");
  CHECK(finding("# TYPE a gauge\na 1\n") == "line 1: a has no HELP before its TYPE");
  CHECK(finding("# HELP a H.\n# TYPE a counter\na 1\n") ==
        "line 2: a is a counter by another kind of name");
  CHECK(finding(head + "a{x=\"\xff\"} 1\n") ==
        "line 3: is not valid UTF-8, or has control characters");
  CHECK(finding(head + "a 1") == "line 0: the page does not end with a line feed");
}
