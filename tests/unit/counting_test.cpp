// SPDX-License-Identifier: Apache-2.0
#include "counting/counting.hpp"

#include "counting_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace litellm_exporter;

namespace {

const std::string kHash(64, 'a');

}  // namespace

TEST_CASE_FIXTURE(CountingFixture,
                  "names of failed requests fold at a low limit, and the total stays exact") {
  config.limits.unverified_names = 5;
  Counting counting(config, directory, store, levels);
  for (int i = 0; i < 100; ++i) {
    counting.count(row("junk" + std::to_string(i), false), 0, false);
  }
  CHECK(sum(Family::requests) == 100);
  CHECK(value(Family::requests, {"other", "other", "failure"}) == 95);
  CHECK(value(Family::series_overflow, {"litellm_requests_total"}) == 95);
  CHECK(value(Family::errors, {"other", "other", "Timeout", "408"}) == 95);
}

TEST_CASE_FIXTURE(CountingFixture, "a name from a table or a success never folds") {
  config.limits.unverified_names = 1;
  config.limits.series_per_family = 1;
  directory.models = {"in a table"};
  Counting counting(config, directory, store, levels);
  counting.count(row("in a table", false), 0, false);
  for (int i = 0; i < 10; ++i) {
    counting.count(row("m" + std::to_string(i)), 0, false);
  }
  for (int i = 0; i < 10; ++i) {
    CHECK(value(Family::requests, {"m" + std::to_string(i), "p", "success"}) == 1);
  }
  CHECK(value(Family::requests, {"other", "p", "success"}) == -1);
}

TEST_CASE_FIXTURE(CountingFixture,
                  "a name that succeeds later frees its place among the unverified") {
  config.limits.unverified_names = 1;
  Counting counting(config, directory, store, levels);
  counting.count(row("first", false), 0, false);
  counting.count(row("first"), 0, false);
  counting.count(row("first", false), 0, false);
  CHECK(store.unverified_count(Family::requests) == 0);
  counting.count(row("second", false), 0, false);
  CHECK(value(Family::requests, {"second", "p", "failure"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "what was learnt survives a restart with the series") {
  {
    Counting counting(config, directory, store, levels);
    counting.count(row("known"), 0, false);
  }
  config.limits.unverified_names = 1;
  config.limits.series_per_family = 1;
  Counting counting(config, directory, store, levels);
  counting.count(row("known", false), 0, false);
  CHECK(value(Family::requests, {"known", "p", "failure"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "a hash that no table and no success vouches for is unknown") {
  Counting counting(config, directory, store, levels);
  Row stranger = row("m", false);
  stranger.key = kHash;
  stranger.key_is_hash = true;
  stranger.key_alias = "claimed";
  counting.count(stranger, 0, false);
  CHECK(value(Family::key_requests, {"unknown", "", "", "failure"}) == 1);
  CHECK(value(Family::key_requests, {kHash, "claimed", "", "failure"}) == -1);
  stranger.success = true;
  counting.count(stranger, 0, false);
  CHECK(value(Family::key_requests, {kHash, "claimed", "", "success"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "aliases come from the tables, else from the row") {
  directory.keys[kHash] = {"table", "t1", true};
  directory.teams["t1"] = "team one";
  Counting counting(config, directory, store, levels);
  Row given = row("m");
  given.key = kHash;
  given.key_is_hash = true;
  given.key_alias = "row";
  given.team = "t1";
  given.team_alias = "row team";
  counting.count(given, 0, false);
  CHECK(value(Family::key_requests, {kHash, "table", "t1", "success"}) == 1);
  CHECK(value(Family::team_requests, {"t1", "team one", "m", "success"}) == 1);
  given.team = "t2";
  counting.count(given, 0, false);
  CHECK(value(Family::team_requests, {"t2", "row team", "m", "success"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "series that can be foreseen are there at 0") {
  directory.keys[kHash] = {"alias", "t1", true};
  directory.keys["gone"] = {"alias", "t1", false};
  directory.teams["t1"] = "team one";
  directory.live_teams = {"t1"};
  Counting counting(config, directory, store, levels);
  counting.learn(row("m"));
  counting.foresee();
  CHECK(value(Family::requests, {"m", "p", "failure"}) == 0);
  CHECK(value(Family::errors, {"m", "p", "RateLimitError", "429"}) == 0);
  CHECK(value(Family::key_requests, {kHash, "alias", "t1", "success"}) == 0);
  CHECK(value(Family::key_requests, {kHash, "alias", "t1", "failure"}) == 0);
  CHECK(value(Family::key_spend, {kHash, "alias", "t1"}) == 0);
  CHECK(value(Family::key_requests, {"gone", "alias", "t1", "success"}) == -1);
  CHECK(value(Family::team_requests, {"t1", "team one", "m", "failure"}) == 0);
  CHECK(value(Family::rows, {}) == 0);
}

TEST_CASE_FIXTURE(CountingFixture,
                  "a success brings its failure series at 0, for teams and keys, too") {
  Counting counting(config, directory, store, levels);
  counting.count(row("m"), 0, false);
  CHECK(value(Family::team_requests, {"", "", "m", "failure"}) == 0);
  CHECK(value(Family::key_requests, {"unknown", "", "", "failure"}) == 0);
}

TEST_CASE_FIXTURE(CountingFixture, "tags of requests that passed fold only at the family's limit") {
  config.limits.series_per_family = 10;
  config.limits.unverified_names = 2;
  directory.tags = {"managed"};
  Counting counting(config, directory, store, levels);
  for (int i = 0; i < 20; ++i) {
    Row tagged = row("m");
    tagged.tags = {"t" + std::to_string(i)};
    counting.count(tagged, 0, false);
  }
  CHECK(value(Family::tag_requests, {"other"}) == 10);
  Row managed = row("m");
  managed.tags = {"managed"};
  counting.count(managed, 0, false);
  CHECK(value(Family::tag_requests, {"managed"}) == 1);
  CHECK(sum(Family::tag_requests) == 21);
}

TEST_CASE_FIXTURE(CountingFixture, "people are counted only when asked for") {
  Row personal = row("m");
  personal.user = "u";
  personal.end_user = "e";
  Counting(config, directory, store, levels).count(personal, 0, false);
  CHECK(store.series(Family::user_requests).empty());
  CHECK(store.series(Family::end_user_requests).empty());
  config.families.users = config.families.end_users = true;
  Counting(config, directory, store, levels).count(personal, 0, false);
  CHECK(value(Family::user_requests, {"u"}) == 1);
  CHECK(value(Family::end_user_requests, {"e"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "lag is measured to the row's end and never negative") {
  Counting counting(config, directory, store, levels);
  Row given = row("m");
  given.end_seconds = 100;
  counting.count(given, 107, true);
  counting.count(given, 90, false);
  CHECK(sum(Family::lag) == 7);
  CHECK(value(Family::late_rows, {}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "a tag called success brings no sibling into being") {
  Counting counting(config, directory, store, levels);
  Row tagged = row("m");
  tagged.tags = {"success"};
  counting.count(tagged, 0, false);
  CHECK(value(Family::tag_requests, {"success"}) == 1);
  CHECK(value(Family::tag_requests, {"failure"}) == -1);
}

TEST_CASE_FIXTURE(CountingFixture,
                  "other and unknown are not learnt as names from an earlier process") {
  store.make(Family::requests, SeriesStore::join({"other", "p", "success"}));
  Counting counting(config, directory, store, levels);
  counting.count(row("other", false), 0, false);
  CHECK(store.unverified_count(Family::requests) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "the exporter's own families are whole under the lowest limit") {
  config.limits.series_per_family = 1;
  Counting counting(config, directory, store, levels);
  CHECK(value(Family::baselines, {"first_start"}) == 0);
  CHECK(value(Family::baselines, {"state_damaged"}) == 0);
  counting.count(row("m"), 0, false);
  CHECK(value(Family::series_overflow, {"litellm_requests_total"}) == 0);
  CHECK_MESSAGE(value(Family::series_overflow, {"litellm_project_requests_total"}) == -1,
                "a family that nobody uses");
}

TEST_CASE_FIXTURE(CountingFixture,
                  "each family with limited labels is fed, unless it is switched off") {
  config.families.users = config.families.end_users = true;
  config.dimensions = {"path"};
  const auto check = [&](bool FamilySwitches::*off) {
    CAPTURE(off == nullptr);
    CountingFixture with;
    with.config = config;
    if (off != nullptr) {
      with.config.families.*off = false;
    }
    with.count_everything();
    for (const Family family : kEnumerators<Family>) {
      CAPTURE(info(family).name);
      // Rows do not feed the others.
      const auto summed = is_limited(family) ? feed_of(family).summed() : std::nullopt;
      if (is_limited(family) && !(summed && is_of_sums_alone(summed->measure))) {
        const bool switched_off = off != nullptr && info(family).group == off;
        CHECK(with.store.series(family).empty() == switched_off);
      }
    }
  };
  check(nullptr);
  // Most groups have several families, and are tried as often.
  for (const Family family : kEnumerators<Family>) {
    if (info(family).group != nullptr) {
      check(info(family).group);
    }
  }
}

TEST_CASE_FIXTURE(CountingFixture, "a guardrail has a status of its own, which has no sibling") {
  Counting counting(config, directory, store, levels);
  Row guarded = row("m", false);
  guarded.guardrails = {{"g", "success", 2}, {"h", "blocked", {}}};
  counting.count(guarded, 0, false);
  CHECK(value(Family::guardrail_evaluations, {"g", "success"}) == 1);
  CHECK(value(Family::guardrail_evaluations, {"h", "blocked"}) == 1);
  CHECK(store.series(Family::guardrail_evaluations).size() == 2);
  CHECK(value(Family::guardrail_duration, {"g"}) == 2);
  CHECK(store.series(Family::guardrail_duration).size() == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "what no caller asked for costs money and is no request") {
  Counting counting(config, directory, store, levels);
  Row given = row("m");
  given.spend = 2;
  given.output_tokens = 3;
  given.duration = 1;
  counting.count(given, 0, false);
  given.kind = Row::Kind::internal_call;
  given.origin = "billed_retry";
  counting.count(given, 0, false);
  given.kind = Row::Kind::health_probe;
  given.success = false;
  counting.count(given, 0, false);
  CHECK(sum(Family::requests) == 1);
  CHECK(sum(Family::team_requests) == 1);
  CHECK(sum(Family::request_duration) == 1);
  CHECK(sum(Family::errors) == 0);
  CHECK(sum(Family::spend) == 6);
  CHECK(sum(Family::team_spend) == 6);
  CHECK(sum(Family::output_tokens) == 9);
  CHECK(value(Family::internal_calls, {"billed_retry"}) == 1);
  CHECK(value(Family::health_probes, {"m"}) == 1);
  CHECK(value(Family::rows, {}) == 3);
}

TEST_CASE_FIXTURE(CountingFixture,
                  "health probes are requests where the operator wants the old way") {
  config.families.health_probes = false;
  Counting counting(config, directory, store, levels);
  Row probe = row("m");
  probe.kind = Row::Kind::health_probe;
  counting.count(probe, 0, false);
  CHECK(value(Family::requests, {"m", "p", "success"}) == 1);
  CHECK(store.series(Family::health_probes).empty());
}

TEST_CASE_FIXTURE(CountingFixture, "a fallback is one where another model answered") {
  Counting counting(config, directory, store, levels);
  Row given = row("answered");
  given.requested_model = "answered";
  counting.count(given, 0, false);
  CHECK(store.series(Family::model_fallbacks).empty());
  given.requested_model = "asked";
  counting.count(given, 0, false);
  CHECK(value(Family::model_fallbacks, {"asked", "answered"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "an info says what is so now, also after a restart") {
  Row given = row("m");
  given.deployment = "d";
  given.upstream_model = "openai/a";
  given.api_host = "host";
  Counting(config, directory, store, levels).count(given, 0, false);
  CHECK(value(Family::upstream_info, {"m", "d", "openai/a", "host"}) == 1);
  given.api_host = "other host";
  Counting counting(config, directory, store, levels);
  counting.count(given, 0, false);
  CHECK(value(Family::upstream_info, {"m", "d", "openai/a", "host"}) == 0);
  CHECK(value(Family::upstream_info, {"m", "d", "openai/a", "other host"}) == 1);
  given.success = false;
  given.upstream_model = "m";
  counting.count(given, 0, false);
  CHECK_MESSAGE(sum(Family::upstream_info) == 1, "a failure has the model that was asked for");
}

TEST_CASE_FIXTURE(CountingFixture, "values of a dimension fold within it") {
  config.dimensions = {"a", "b"};
  config.limits.series_per_family = 4;
  Counting counting(config, directory, store, levels);
  for (int i = 0; i < 20; ++i) {
    Row given = row("m");
    given.dimensions = {"v" + std::to_string(i), ""};
    counting.count(given, 0, false);
  }
  Row given = row("m");
  given.dimensions = {"", "w"};
  counting.count(given, 0, false);
  CHECK(sum(Family::dimension_requests) == 21);
  CHECK(value(Family::dimension_requests, {"b", "other", "success"}) == 1);
  CHECK(value(Family::dimension_requests, {"a", "other", "success"}) > 0);
}
