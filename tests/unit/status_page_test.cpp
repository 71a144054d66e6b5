// SPDX-License-Identifier: Apache-2.0
#include "web/status_page.hpp"

#include "web/html.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;
using namespace std::chrono_literals;

namespace {

// A Monday.
constexpr std::chrono::sys_days kDay = std::chrono::year{2026} / 11 / 23;

bool contains(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

SelfView view_of(std::optional<std::chrono::system_clock::time_point> last_success) {
  SelfView view;
  CollectorStatus log;
  log.name = "spend_log";
  log.polls = 1;
  log.last_success = last_success;
  view.collectors = {CollectorStatus{}, log};
  return view;
}

Summary summary_of(std::chrono::sys_seconds at) {
  Summary summary;
  advance(summary, Totals{}, at);
  return summary;
}

}  // namespace

TEST_CASE("the page says until when the spend log was counted, not when it was drawn") {
  const auto now = kDay + 10h;
  const Summary summary = summary_of(now);
  CHECK(contains(status_page(summary, view_of(kDay + 9h + 5min + 7s), now),
                 "counted up to <time datetime=\"2026-11-23T09:05:07Z\">09:05:07 UTC</time>"));
  CHECK(contains(status_page(summary, view_of(kDay - 1s), now), ">22 Nov 2026, 23:59:59 UTC<"));
  CHECK(contains(status_page(summary, view_of({}), now), "nothing counted since the start"));
}

TEST_CASE("the page says how many proxies answer, if any are watched") {
  const Summary summary = summary_of(kDay);
  CHECK(!contains(status_page(summary, view_of({}), kDay), "proxies"));
  const auto page_of = [&](ProxyCount proxies) {
    SelfView view = view_of({});
    view.proxies = proxies;
    return status_page(summary, view, kDay);
  };
  CHECK(contains(page_of({2, 2}), "<span class=\"good\">&#10003; 2 of 2 proxies answer</span>"));
  CHECK(contains(page_of({1, 2}), "<span class=\"bad\">&#10007; 1 of 2 proxies answer</span>"));
}

TEST_CASE("many errors have the colour of trouble, a few have not") {
  const auto errors = [](double failures) {
    Summary summary = summary_of(kDay);
    Totals totals;
    totals.requests = 100;
    totals.failures = failures;
    advance(summary, totals, kDay + 1min);
    return status_page(summary, view_of({}), kDay + 1min);
  };
  CHECK(contains(errors(5), "<b>5.00 %</b>"));
  CHECK(contains(errors(6), "<b class=\"bad\">6.00 %</b>"));
}

TEST_CASE("the cards say exactly since when they count") {
  const auto begin = kDay + 9h + 37min + 5s;
  const Summary summary = summary_of(begin);
  CHECK(contains(status_page(summary, view_of({}), begin + 1h), "since 09:37:05 UTC"));
  CHECK(
      contains(status_page(summary, view_of({}), begin + 24h), "since 23 Nov 2026, 09:37:05 UTC"));
  Summary later = summary_of(begin - 48h);
  advance(later, Totals{}, begin);
  CHECK(contains(status_page(later, view_of({}), begin), "since Sun 09:00 UTC"));
}

TEST_CASE("the warning that the exporter is gone stands above what it dims") {
  const std::string page = status_page(summary_of(kDay), view_of({}), kDay);
  const std::size_t stale = page.find("<p id=\"stale\" role=\"status\" hidden>");
  CHECK(stale < page.find("<main>"));
  CHECK(contains(page, "#stale:not([hidden]) + main { opacity"));
}

TEST_CASE("the trend has a scale, a table, and tells hours without an exporter from quiet ones") {
  Summary summary;
  Totals totals;
  totals.requests = 10;
  advance(summary, totals, kDay - 48h);
  totals.requests = 130;
  totals.failures = 3;
  advance(summary, totals, kDay - 47h);
  for (auto hour = kDay + 0h; hour <= kDay + 10h; hour += 1h) {
    advance(summary, totals, hour);
  }
  const std::string page = status_page(summary, view_of({}), kDay + 10h);
  CHECK(contains(page, "<span>200</span><span>100</span><span>0</span>"));
  CHECK(contains(page, "Sat 21 Nov, 00:00 UTC: 120 requests, 3 failed; 1 h without an exporter"));
  CHECK(contains(page, "Sat 21 Nov, 03:00 UTC: no exporter</title><rect class=\"gap\""));
  CHECK(contains(page, "Mon 23 Nov, 00:00 UTC: 0 requests, 0 failed</title><rect class=\"back\""));
  CHECK_MESSAGE(!contains(page, "Mon 23 Nov, 12:00 UTC"), "has not begun yet");
  CHECK(contains(page, "<tr><th scope=\"row\">Sat 21 Nov</th><td>120</td><td>no exporter</td>"));
  CHECK(contains(page,
                 "<tr><th scope=\"row\">Mon 23 Nov</th><td>0</td><td>0</td><td>0</td>"
                 "<td>0</td><td></td>"));
}

TEST_CASE("spend by model is the same however many models there are") {
  Summary summary;
  Totals totals;
  for (int i = 0; i < 60; ++i) {
    totals.spend_by_model["model " + std::to_string(i)] = 100.0 + i;
  }
  advance(summary, totals, kDay - 2h);
  totals.spend_by_model["model 0"] += 70;
  totals.spend_by_model["model 59"] += 30;
  advance(summary, totals, kDay);
  const std::string page = status_page(summary, view_of({}), kDay);
  CHECK(contains(page, "model 0</th>"));
  CHECK(contains(page, ">$70.00<"));
  CHECK(contains(page, ">$30.00<"));
  CHECK(!contains(page, "model 1</th>"));
}

TEST_CASE("long names break where a reader would break them") {
  CHECK(breakable_html("ContextWindowExceededError") ==
        "Context<wbr>Window<wbr>Exceeded<wbr>Error");
  CHECK(breakable_html("my_<b>Model") == "my_<wbr>&lt;b&gt;Model");
  CHECK(breakable_html("") == "");
  CHECK(contains(status_page(summary_of(kDay), view_of({}), kDay), "overflow-wrap: anywhere"));
}

TEST_CASE("headline and title say how LiteLLM is") {
  const auto page_of = [](const SelfView& view, double requests, double failures) {
    Summary summary = summary_of(kDay);
    Totals totals;
    totals.requests = requests;
    totals.failures = failures;
    advance(summary, totals, kDay + 1min);
    return status_page(summary, view, kDay + 1min);
  };
  SelfView view = view_of(kDay);
  view.database_up = true;
  view.proxies = {2, 2};
  CHECK(contains(page_of(view, 100, 5), "<title>LiteLLM works</title>"));
  CHECK(contains(page_of(view, 100, 5), "<h1>LiteLLM works</h1>"));
  CHECK(contains(page_of(view, 10, 5), "<h1>LiteLLM works</h1>"));
  CHECK(contains(page_of(view, 100, 20),
                 "<h1 class=\"bad\">LiteLLM: 20 % of the requests fail</h1>"));
  view.proxies = {1, 2};
  CHECK(contains(page_of(view, 100, 0), "<title>LiteLLM: 1 of 2 proxies do not answer</title>"));
  view.database_up = false;
  CHECK(contains(page_of(view, 100, 0),
                 "<h1 class=\"bad\">LiteLLM&#39;s database does not answer</h1>"));
  view.proxies = {0, 2};
  CHECK(contains(page_of(view, 100, 20), "<h1 class=\"bad\">LiteLLM does not answer</h1>"));
  CHECK(contains(page_of(SelfView{}, 0, 0), "<h1>LiteLLM: the first look is under way</h1>"));
}

TEST_CASE("a fresh install does not look like an outage") {
  const std::string page = status_page(summary_of(kDay + 10h), view_of({}), kDay + 10h);
  CHECK(!contains(page, "class=\"gap\" x"));
  CHECK(!contains(page, "<td>no exporter</td>"));
  CHECK(contains(page, ", which began on Mon 23 Nov, 10:00"));
}

TEST_CASE("a page in a frame has no ways to other pages") {
  const Summary summary = summary_of(kDay);
  CHECK(contains(status_page(summary, view_of({}), kDay), "<a href=\"/runbooks/\">Runbooks</a>"));
  CHECK(!contains(status_page(summary, view_of({}), kDay, true), "href=\"/"));
}
