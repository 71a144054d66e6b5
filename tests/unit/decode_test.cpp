// SPDX-License-Identifier: Apache-2.0
#include "spendlog/decode.hpp"

#include "poll/error.hpp"
#include "spendlog/columns.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace litellm_exporter;

namespace {

// A line as the database sends it; columns not given are NULL.
Row decode(const std::map<LogColumn, std::string>& given) {
  std::string line;
  for (const LogColumn column : kEnumerators<LogColumn>) {
    const auto value = given.find(column);
    line +=
        (line.empty() ? "" : "\t") + (value == given.end() ? std::string{"\\N"} : value->second);
  }
  postgres::CopyRow fields;
  fields.parse(line);
  Row row;
  row.tags = {"left over"};
  row.guardrails = {{"left", "over", 1}};
  row.dimensions = {"left over"};
  row.overhead = 1;
  decode_row(fields, 200, row);
  return row;
}

Row timed(const std::string& start, const std::string& end, const std::string& first = "\\N",
          const std::string& tokens = "\\N") {
  return decode({{LogColumn::start, start},
                 {LogColumn::end, end},
                 {LogColumn::first_token, first},
                 {LogColumn::output_tokens, tokens}});
}

bool noted(const Row& row, Invalid invalid) {
  return row.invalid.size() == 1 && row.invalid.front() == invalid;
}

}  // namespace

TEST_CASE("a row of NULLs is a success of nobody") {
  const Row row = decode({});
  CHECK(row.success);
  CHECK(row.model.empty());
  CHECK(row.key.empty());
  CHECK(row.tags.empty());
  CHECK(row.guardrails.empty());
  CHECK(row.spend == 0);
  CHECK(!row.duration);
  CHECK(!row.unpriced);
  CHECK(row.invalid.empty());
}

TEST_CASE("durations need an end that is not before the start") {
  CHECK(timed("100.5", "103").duration == 2.5);
  CHECK(timed("100", "100").duration == 0);
  CHECK(!timed("103", "100").duration);
  CHECK(noted(timed("103", "100"), Invalid::duration));
  CHECK(noted(timed("100", "Infinity"), Invalid::duration));
  CHECK(noted(timed("-Infinity", "100"), Invalid::duration));
  CHECK(timed("100.123456", "103").start == 100'123'456);
}

TEST_CASE("the first token counts only strictly before the end") {
  CHECK(timed("100", "110", "102").first_token == 2);
  CHECK(!timed("100", "110", "110").first_token);
  CHECK_MESSAGE(!timed("100", "110.003", "110.002").first_token, "two readings of one clock");
  CHECK(timed("100", "110.003", "110.001").first_token);
  CHECK(!timed("100", "110", "111").first_token);
  CHECK(!timed("100", "110").first_token);
  CHECK(!timed("100", "110", "99").first_token);
  CHECK(noted(timed("100", "110", "99"), Invalid::first_token));
}

TEST_CASE("time per output token needs two tokens of a stream") {
  CHECK(timed("100", "110", "102", "5").per_output_token == 2);
  CHECK(!timed("100", "110", "102", "1").per_output_token);
  CHECK(!timed("100", "110", "110", "5").per_output_token);
}

TEST_CASE("amounts that make no sense are left out") {
  for (const char* wrong : {"NaN", "Infinity", "-Infinity", "-0.5", "much", "1,5"}) {
    const Row row = decode({{LogColumn::spend, wrong}, {LogColumn::total_tokens, "5"}});
    CHECK_MESSAGE(row.spend == 0, wrong);
    CHECK_MESSAGE(noted(row, Invalid::spend), wrong);
    CHECK_MESSAGE(!row.unpriced, "a spend that cannot be read is no missing price");
  }
  CHECK(decode({{LogColumn::spend, "1e-05"}}).spend == 1e-05);
  CHECK(noted(decode({{LogColumn::input_tokens, "-1"}}), Invalid::tokens));
  CHECK(noted(decode({{LogColumn::input_tokens, "1e308"}}), Invalid::tokens));
  CHECK(noted(decode({{LogColumn::reasoning_tokens, "[]"}}), Invalid::usage));
  CHECK(noted(decode({{LogColumn::retries, "two"}}), Invalid::attempts));
}

TEST_CASE("cached tokens may stand in either place") {
  CHECK(decode({{LogColumn::cached_tokens, "7"}}).cached_tokens == 7);
  CHECK(decode({{LogColumn::cached_tokens_anthropic, "7"}}).cached_tokens == 7);
  CHECK(decode({{LogColumn::cached_tokens, "0"}, {LogColumn::cached_tokens_anthropic, "7"}})
            .cached_tokens == 7);
  CHECK(decode({{LogColumn::cache_creation_tokens_anthropic, "3"}}).cache_creation_tokens == 3);
}

TEST_CASE("unpriced is a success with tokens that cost nothing") {
  using Given = std::map<LogColumn, std::string>;
  const auto unpriced = [](Given given) { return decode(given).unpriced; };
  CHECK(unpriced({{LogColumn::total_tokens, "9"}}));
  CHECK(unpriced({{LogColumn::output_tokens, "9"}, {LogColumn::spend, "0"}}));
  CHECK(!unpriced({{LogColumn::total_tokens, "0"}}));
  CHECK(!unpriced({{LogColumn::total_tokens, "9"}, {LogColumn::spend, "0.1"}}));
  CHECK(!unpriced({{LogColumn::total_tokens, "9"}, {LogColumn::cache_hit, "True"}}));
  CHECK(!unpriced({{LogColumn::total_tokens, "9"}, {LogColumn::status, "failure"}}));
}

TEST_CASE("the outcome is in the column, or for old rows in the metadata") {
  CHECK(!decode({{LogColumn::status, "failure"}}).success);
  CHECK(!decode({{LogColumn::metadata_status, "failure"}}).success);
  CHECK(decode({{LogColumn::status, "success"}, {LogColumn::metadata_status, "failure"}}).success);
  CHECK(decode({{LogColumn::status, ""}}).success);
}

TEST_CASE("only Python's True is a cache hit") {
  CHECK(decode({{LogColumn::cache_hit, "True"}}).cache_hit);
  for (const char* other : {"False", "None", "", "true", "1"}) {
    CHECK_MESSAGE(!decode({{LogColumn::cache_hit, other}}).cache_hit, other);
  }
}

TEST_CASE("the public model name comes first") {
  CHECK(decode({{LogColumn::model, "azure/x"}, {LogColumn::model_group, "gpt"}}).model == "gpt");
  CHECK(decode({{LogColumn::model, "azure/x"}, {LogColumn::model_group, ""}}).model == "azure/x");
}

TEST_CASE("what LiteLLM sums a failure up by is the row's own") {
  const Row batch = decode({{LogColumn::model, ""},
                            {LogColumn::call_type, "acreate_batch"},
                            {LogColumn::error_code, "content_policy_violation"},
                            {LogColumn::error_class, "BadRequestError"},
                            {LogColumn::status, "failure"}});
  CHECK(batch.model == "batch");
  CHECK(batch.group.empty());
  CHECK(batch.status_code == "400");
  CHECK(batch.own_code == "unknown");
  CHECK(decode({{LogColumn::model, "azure/x"}, {LogColumn::model_group, "g"}}).group == "g");
  CHECK(decode({{LogColumn::model, "azure/x"}, {LogColumn::error_code, "429"}}).group == "azure/x");
  CHECK(decode({{LogColumn::error_code, "429"}}).own_code == "429");
}

TEST_CASE("tags are texts, each once, without LiteLLM's own") {
  using Tags = std::vector<std::string>;
  const auto tags = [](const std::string& json) { return decode({{LogColumn::tags, json}}).tags; };
  CHECK(tags(R"(["a", "b", "a", "", "User-Agent: curl", "  c "])") == Tags{"a", "b", "c"});
  CHECK(tags(R"("[\\"a\\"]")") == Tags{"a"});
  CHECK(tags("[]").empty());
  CHECK(tags("{}").empty());
  CHECK(noted(decode({{LogColumn::tags, R"(["a", 5, null])"}}), Invalid::tags));
  CHECK(tags(R"(["a", 5, null])") == Tags{"a"});
  for (const std::string& wrong : {std::string{"{\"a\": 1}"}, std::string{"[\"a\""},
                                   std::string{"7"}, "[\"" + std::string(70'000, 'x') + "\"]"}) {
    CHECK(tags(wrong).empty());
    CHECK(noted(decode({{LogColumn::tags, wrong}}), Invalid::tags));
  }
}

TEST_CASE("guardrails have a name, a status from a closed set and perhaps a time") {
  const Row row =
      decode({{LogColumn::guardrails,
               R"([["pii", "success", "0.25"], ["x", "invented", "1e400"], ["y", null, null],)"
               R"( [5, "success", "1"]])"}});
  REQUIRE(row.guardrails.size() == 3);
  CHECK(row.guardrails[0].name == "pii");
  CHECK(row.guardrails[0].status == "success");
  CHECK(row.guardrails[0].seconds == 0.25);
  CHECK(!row.guardrails[1].seconds);
  CHECK(!row.guardrails[2].seconds);
  CHECK(row.guardrails[1].status == "other");
  CHECK(row.guardrails[2].status == "unknown");
  CHECK(noted(row, Invalid::guardrails));
}

TEST_CASE("billed retries, calls of LiteLLM's own and health probes are no requests") {
  using Kind = Row::Kind;
  CHECK(decode({}).kind == Kind::request);
  CHECK(decode({{LogColumn::billed_retry, "false"}}).kind == Kind::request);
  const Row retry = decode({{LogColumn::billed_retry, "true"}});
  CHECK(retry.kind == Kind::internal_call);
  CHECK(retry.origin == "billed_retry");
  const Row judge = decode({{LogColumn::internal_origin, "shadow_eval_judge"}});
  CHECK(judge.kind == Kind::internal_call);
  CHECK(judge.origin == "shadow_eval_judge");
  const Row probe = decode({{LogColumn::api_key, "litellm-internal-health-check"}});
  CHECK(probe.kind == Kind::health_probe);
  CHECK(probe.origin.empty());
}

TEST_CASE("a client that hung up is told by class or code, whatever the status") {
  CHECK(!decode({}).disconnected);
  CHECK(decode({{LogColumn::error_class, "ClientDisconnected"}}).disconnected);
  CHECK(decode({{LogColumn::error_class, "proxy.ClientDisconnect"}}).disconnected);
  CHECK(decode({{LogColumn::error_code, "499"}, {LogColumn::status, "failure"}}).disconnected);
  CHECK(decode({{LogColumn::error_code, "499"}}).success);
  CHECK(
      !decode({{LogColumn::error_class, "Timeout"}, {LogColumn::status, "failure"}}).disconnected);
}

TEST_CASE("rows to which LiteLLM gives no name get one") {
  const Row batch = decode({{LogColumn::batch_model, "azure/gpt-4o"}});
  CHECK(batch.model == "azure/gpt-4o");
  CHECK(batch.provider == "azure");
  const Row tool =
      decode({{LogColumn::model, "MCP: wiki-search"}, {LogColumn::tool, "wiki-search"}});
  CHECK(tool.model == "MCP: wiki-search");
  CHECK(tool.provider == "mcp");
  const Row passed = decode({{LogColumn::call_type, "pass_through_endpoint"}});
  CHECK(passed.model == "pass_through");
  CHECK(passed.provider == "pass_through");
  CHECK(decode({{LogColumn::call_type, "pass_through_endpoint"}, {LogColumn::model, "unknown"}})
            .model == "pass_through");
  const Row refused = decode({{LogColumn::call_type, "call_mcp_tool"}});
  CHECK(refused.model == "mcp");
  CHECK(refused.provider == "mcp");
  CHECK(decode({{LogColumn::call_type, "acreate_batch"}}).model == "batch");
  const Row named = decode({{LogColumn::call_type, "pass_through_endpoint"},
                            {LogColumn::model, "claude"},
                            {LogColumn::provider, "anthropic"}});
  CHECK(named.model == "claude");
  CHECK(named.provider == "anthropic");
  CHECK_MESSAGE(decode({{LogColumn::call_type, "acompletion"}}).model.empty(), "a failure");
}

TEST_CASE("LiteLLM's own time is in seconds and of this world") {
  CHECK(decode({{LogColumn::overhead, "250"}}).overhead == 0.25);
  CHECK(!decode({}).overhead);
  for (const char* wrong : {"-1", "1e12", "NaN", "soon"}) {
    const Row row = decode({{LogColumn::overhead, wrong}});
    CHECK_MESSAGE(!row.overhead, wrong);
    CHECK_MESSAGE(noted(row, Invalid::overhead), wrong);
  }
}

TEST_CASE("dimensions are texts in the order of the configuration") {
  using Values = std::vector<std::string>;
  const Row row = decode({{LogColumn::dimensions, R"([" acme ", null, "7", false])"}});
  CHECK(row.dimensions == Values{"acme", "", "7", ""});
  CHECK(noted(row, Invalid::dimensions));
  CHECK(decode({}).dimensions.empty());
  CHECK(noted(decode({{LogColumn::dimensions, "[\"a\""}}), Invalid::dimensions));
}

TEST_CASE("a line of another shape is refused") {
  std::string line = "only\ttwo";
  postgres::CopyRow fields;
  fields.parse(line);
  Row row;
  CHECK_THROWS_AS(decode_row(fields, 200, row), PollError);
}
