// SPDX-License-Identifier: Apache-2.0
#include "proxies/judge.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <vector>

using namespace litellm_exporter;

namespace {

http::Answer answer(int status, std::string body) { return {status, std::move(body), 0.1, {}}; }
http::Answer trouble(http::Fault fault, std::string words) {
  return {0, {}, 0.1, http::Trouble{fault, std::move(words)}};
}

}  // namespace

TEST_CASE("liveness is a 200 with LiteLLM's JSON") {
  CHECK(judge_liveness(answer(200, "\"I'm alive!\"")).good);
  CHECK(judge_liveness(answer(503, R"({"status":"shutting_down"})")).trouble == "answers 503");
  CHECK(!judge_liveness(answer(200, "<html>It works!</html>")).good);
  CHECK(!judge_liveness(answer(200, "")).good);
  const auto none = judge_liveness(trouble(http::Fault::unreachable, "cannot connect"));
  CHECK(none.trouble == "cannot connect");
  CHECK(none.cause == Cause{http::Fault::unreachable});
}

TEST_CASE("the status code and db decide on readiness, whatever status says") {
  const auto good = judge_readiness(answer(200, R"({"status":"healthy","db":"connected"})"));
  CHECK(good.verdict.good);
  CHECK(good.database == true);
  const auto lying = judge_readiness(answer(503, R"({"status":"healthy","db":"disconnected"})"));
  CHECK(!lying.verdict.good);
  CHECK(lying.database == false);
  const auto without = judge_readiness(answer(200, R"({"status":"healthy","db":"disconnected"})"));
  CHECK(without.verdict.good);
  CHECK(without.database == false);
  CHECK(without.verdict.trouble == "says that its database is disconnected");
  const auto old = judge_readiness(
      answer(200, R"({"status":"connected","db":"connected","litellm_version":"1.80.0"})"));
  CHECK(old.version == "1.80.0");
  CHECK_MESSAGE(!judge_readiness(answer(200, R"({"status":"healthy"})")).database,
                "says nothing of its database");
  const auto raised = judge_readiness(answer(503, R"({"detail":"Service Unhealthy"})"));
  CHECK(!raised.verdict.good);
  CHECK(raised.database == false);
  CHECK(!judge_readiness(answer(200, "[[[[")).verdict.good);
  CHECK(!judge_readiness(answer(200, R"({"db":7})")).database);
}

TEST_CASE("the database is only blamed by an answer that names it") {
  const auto database = [](const http::Answer& given) { return judge_readiness(given).database; };
  CHECK(!database(trouble(http::Fault::answer_timeout, "no complete answer within 5s")));
  CHECK(!database(answer(503, "<html>no upstream</html>")));
  CHECK(!database(answer(503, R"({"status":"shutting_down"})")));
  CHECK(!database(answer(502, R"({"detail":"Service Unhealthy"})")));
  CHECK(!database(answer(500, "")));
  CHECK(!database(answer(401, R"({"error":{"message":"Authentication Error","code":"401"}})")));
  CHECK(!database(answer(404, R"({"detail":"Not Found"})")));
  CHECK(!database({200, R"({"db":"disconnected"})", 0.1,
                   http::Trouble{http::Fault::too_large, "the answer is larger than 9 bytes"}}));
  CHECK(database(answer(503, R"({"db":"connected"})")) == true);
  CHECK(database(answer(200, R"({"db":"Not connected"})")) == false);
  const auto said = [](const http::Answer& given) {
    return judge_readiness(given).verdict.trouble;
  };
  CHECK(said(answer(503, R"({"db":"disconnected"})")) ==
        "answers 503 and says that its database is disconnected");
  CHECK(said(answer(503, R"({"status":"shutting_down"})")) == "answers 503");
}

TEST_CASE("only what looks like a version is one") {
  const auto version = [](const std::string& text) {
    return judge_readiness(answer(200, R"({"litellm_version":")" + text + "\"}")).version;
  };
  for (const char* good : {"1.80.0", "1.84.0-rc.1", "1.77.2.post1", "1.105", "2.0.0+cpu"}) {
    CHECK(version(good) == good);
  }
  for (const char* bad : {"", "1", "sk-master-key", "v1.80.0", "1.80.0 sk", "1.80\\n.0", "1..2"}) {
    CHECK(version(bad) == "");
  }
  CHECK(version("1.2" + std::string(61, '3')).size() == 64);
  CHECK(version("1.2" + std::string(62, '3')) == "");
}

TEST_CASE("requests in flight leave this very question out") {
  CHECK(requests_in_flight(answer(200, R"({"in_flight_requests":4})")) == 3);
  CHECK(requests_in_flight(answer(200, R"({"in_flight_requests":0})")) == 0);
  CHECK(!requests_in_flight(answer(404, R"({"detail":"Not Found"})")));
  CHECK(!requests_in_flight(answer(200, R"({"in_flight_requests":"x"})")));
}

TEST_CASE("a wildcard keeps its own name, and gives it to nobody else") {
  using Names = std::map<std::string, std::string>;
  const auto entry = [](const char* name, const char* id, const char* called) {
    return fmt::format(
        R"({{"model_name":"{}","model_info":{{"id":"{}"}},"litellm_params":{{"model":"{}"}}}})",
        name, id, called);
  };
  const auto list = [](const std::vector<std::string>& entries) {
    const auto names =
        model_names(answer(200, fmt::format(R"({{"data":[{}]}})", fmt::join(entries, ","))));
    REQUIRE(names);
    return *names;
  };
  // As it is configured.
  CHECK(list({entry("openai/*", "1", "openai/*")}).by_id == Names{{"1", "openai/*"}});
  CHECK(list({entry("*", "1", "openai/*")}).by_model == Names{{"openai/*", "*"}});
  // As what it stands for, with and without the wildcard itself.
  const auto expanded =
      list({entry("wild/a", "1", "openai/a"), entry("wild/ft/b", "1", "openai/ft/b"),
            entry("chat", "2", "openai/a")});
  CHECK(expanded.by_id == Names{{"1", "wild/*"}, {"2", "chat"}});
  CHECK(expanded.by_model == Names{{"openai/a", "chat"}});
  CHECK(list({entry("a", "1", "openai/a"), entry("x/b", "1", "x/b")}).by_id == Names{{"1", "*"}});
  CHECK(list({entry("wild/a", "1", "openai/*")}).by_id == Names{{"1", "wild/*"}});
  CHECK(list({entry("wild/a", "1", "openai/a"), entry("wild/a-*", "1", "openai/a-*")}).by_id ==
        Names{{"1", "wild/a-*"}});
  // An alias is no wildcard.
  const auto alias = list({entry("chat", "1", "openai/a"), entry("chat-alias", "1", "openai/a")});
  CHECK(alias.by_id == Names{{"1", "chat"}});
}

TEST_CASE("model lists and model health survive strange entries") {
  const auto names = model_names(answer(200, R"({"data":[
               {"model_name":"a","model_info":{"id":"1"},"litellm_params":{"model":"x/a"}},
               {"model_name":"a","litellm_params":{"model":"x/a"}},
               {"model_name":"b","litellm_params":{"model":"x/shared"}},
               {"model_name":"c","litellm_params":{"model":"x/shared"}},
               {"model_name":"b"},7,{"model_info":{"id":5},"litellm_params":7}]})"));
  REQUIRE(names);
  using Names = std::map<std::string, std::string>;
  CHECK(names->by_id == Names{{"1", "a"}});
  // One model of two names has neither.
  CHECK(names->by_model == Names{{"x/a", "a"}});
  CHECK(!model_names(answer(200, "{}")));
  CHECK(!model_names(answer(401, R"({"data":[]})")));

  const auto health = model_health(answer(
      200, R"({"healthy_endpoints":[{"model":"m","model_id":"1"},{"model":"n","model_id":"2"}, 3],
               "unhealthy_endpoints":[{"model":"m","model_id":"1","error":"no"},{"model":"o"}]})"));
  REQUIRE(health);
  CHECK(*health ==
        std::map<ModelHealth, bool>{{{"m", "1"}, false}, {{"n", "2"}, true}, {{"o", ""}, false}});
  CHECK(!model_health(answer(200, R"({"healthy_endpoints":[]})")));
}
