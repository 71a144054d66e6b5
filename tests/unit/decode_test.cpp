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
  row.guardrails = {{"left", "over"}};
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

TEST_CASE("guardrails are pairs of a name and a status from a closed set") {
  const Row row =
      decode({{LogColumn::guardrails,
               R"([["pii", "success"], ["x", "invented"], ["y", null], [5, "success"]])"}});
  REQUIRE(row.guardrails.size() == 3);
  CHECK(row.guardrails[0].name == "pii");
  CHECK(row.guardrails[0].status == "success");
  CHECK(row.guardrails[1].status == "other");
  CHECK(row.guardrails[2].status == "unknown");
  CHECK(noted(row, Invalid::guardrails));
}

TEST_CASE("a line of another shape is refused") {
  std::string line = "only\ttwo";
  postgres::CopyRow fields;
  fields.parse(line);
  Row row;
  CHECK_THROWS_AS(decode_row(fields, 200, row), PollError);
}
