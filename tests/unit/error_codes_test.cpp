// SPDX-License-Identifier: Apache-2.0
#include "daily/error_codes.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>

using namespace litellm_exporter;
using namespace std::chrono_literals;

namespace {

using Instant = ErrorCodes::Instant;
// By model, provider and code.
using Counted = std::map<std::string, std::uint64_t>;

struct Fixture {
  ErrorCodes codes;
  Instant now{std::chrono::seconds{1'000'000}};

  Fixture() { codes.read(now); }

  void read_after(std::chrono::seconds time) { codes.read(now += time); }
  bool fail(std::uint64_t count = 1, const std::string& model = "m",
            const std::string& provider = "p") {
    return codes.wait(model, model, provider, count);
  }
  Counted settle() {
    Counted counted;
    for (const ErrorCodes::Coded& coded : codes.settle()) {
      counted[coded.model + " " + coded.provider + " " + coded.code] += coded.count;
    }
    return counted;
  }
  void restart() {
    ErrorCodes::Groups saved = codes.groups();
    codes = {};
    codes.restore(std::move(saved));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a failure waits until its code is summed up") {
  CHECK(fail());
  CHECK(settle().empty());
  read_after(15s);
  codes.add("m", "429", 1);
  CHECK(settle() == Counted{{"m p 429", 1}});
  CHECK(settle().empty());
  CHECK(codes.groups().empty());
}

TEST_CASE_FIXTURE(Fixture, "a code may be summed up before its failure is seen") {
  codes.add("m", "400", 2);
  CHECK(settle().empty());
  read_after(15s);
  CHECK(fail(2));
  CHECK(settle() == Counted{{"m p 400", 2}});
  CHECK(codes.groups().empty());
}

TEST_CASE_FIXTURE(Fixture, "codes go to failures of their own model, each once") {
  fail(3, "m");
  fail(1, "m", "q");
  fail(1, "n");
  codes.add("m", "400", 2);
  codes.add("m", "500", 2);
  codes.add("x", "429", 5);
  Counted counted = settle();
  CHECK(counted["m p 400"] + counted["m p 500"] == 3);
  CHECK(counted["m q 400"] + counted["m q 500"] == 1);
  CHECK(counted["m p 400"] + counted["m q 400"] == 2);
  CHECK(!counted.contains("n p 429"));
}

TEST_CASE_FIXTURE(Fixture, "the code of a failure that was logged is not given to another") {
  SUBCASE("summed up before") {
    codes.add("m", "429", 1);
    codes.logged("m", "429");
    fail();
  }
  SUBCASE("summed up later") {
    codes.logged("m", "429");
    fail();
    CHECK(settle().empty());
    read_after(15s);
    codes.add("m", "429", 1);
  }
  CHECK(settle().empty());
  read_after(15s);
  codes.add("m", "500", 1);
  CHECK(settle() == Counted{{"m p 500", 1}});
}

TEST_CASE_FIXTURE(Fixture, "what is logged leaves nothing behind, in whatever order it comes") {
  for (int i = 0; i < 1'000; ++i) {
    read_after(1s);
    codes.add("m", "429", static_cast<std::uint64_t>(i % 3));
    for (int j = 0; j < (i + 1) % 3; ++j) {
      codes.logged("m", "429");
    }
    CHECK(settle().empty());
  }
  read_after(ErrorCodes::kMemory);
  settle();
  CHECK(codes.groups().empty());
}

TEST_CASE_FIXTURE(Fixture, "a failure whose code does not come is unknown in the end") {
  fail();
  read_after(ErrorCodes::kPatience - 1s);
  CHECK(settle().empty());
  read_after(1s);
  CHECK(settle() == Counted{{"m p unknown", 1}});
  // Its code, should it come at last, is of no use to those that come much later.
  codes.add("m", "400", 1);
  read_after(ErrorCodes::kMemory);
  CHECK(settle().empty());
  fail();
  CHECK(settle().empty());
}

TEST_CASE_FIXTURE(Fixture, "it waits for a reading, however rare they are") {
  fail();
  codes.logged("n", "400");
  read_after(1h);
  codes.add("m", "429", 1);
  codes.add("n", "400", 1);
  fail(1, "n");
  CHECK(settle() == Counted{{"m p 429", 1}});
}

TEST_CASE_FIXTURE(Fixture, "a reading that fails costs some time, and not for ever") {
  fail();
  codes.missed(now += 2min);
  CHECK(settle().empty());
  fail();
  codes.missed(now += 3min);
  CHECK(settle() == Counted{{"m p unknown", 1}});
  read_after(1s);
  codes.add("m", "429", 1);
  CHECK(settle() == Counted{{"m p 429", 1}});
}

TEST_CASE_FIXTURE(Fixture, "without the sums nothing waits") {
  fail();
  codes.unreadable();
  CHECK(!fail());
  CHECK(settle() == Counted{{"m p unknown", 1}});
  codes.logged("m", "400");
  CHECK(codes.groups().empty());
  read_after(15s);
  CHECK(fail());
}

TEST_CASE_FIXTURE(Fixture, "a code that LiteLLM does not know is a code like others") {
  fail(2);
  codes.add("m", "unknown", 1);
  CHECK(settle() == Counted{{"m p unknown", 1}});
  codes.add("m", "503", 1);
  CHECK(settle() == Counted{{"m p 503", 1}});
}

TEST_CASE_FIXTURE(Fixture, "codes that nobody claims grow old, also while others come and go") {
  // Written twice.
  codes.add("m", "500", 100);
  for (int i = 0; i < 60; ++i) {
    read_after(4s);
    codes.add("m", "500", 1);
    codes.logged("m", "500");
    CHECK(settle().empty());
  }
  fail();
  codes.add("m", "429", 1);
  CHECK(settle() == Counted{{"m p 429", 1}});
}

TEST_CASE_FIXTURE(Fixture, "logged failures whose codes are lost take nobody's for long") {
  for (int i = 0; i < 100; ++i) {
    codes.logged("m", "429");
  }
  read_after(ErrorCodes::kMemory);
  CHECK(settle().empty());
  fail();
  codes.add("m", "429", 1);
  CHECK(settle() == Counted{{"m p 429", 1}});
}

TEST_CASE_FIXTURE(Fixture, "a restart keeps who waits and what is owed") {
  fail(2);
  codes.logged("m", "400");
  codes.add("n", "503", 1);
  restart();
  CHECK_MESSAGE(settle().empty(), "nothing was read yet");
  read_after(15s);
  codes.add("m", "400", 2);
  fail(1, "n");
  CHECK(settle() == Counted{{"m p 400", 1}, {"n p 503", 1}});
  restart();
  SUBCASE("the time that it takes counts") {
    read_after(1h);
    CHECK(settle() == Counted{{"m p unknown", 1}});
  }
  SUBCASE("the table is gone meanwhile") {
    codes.unreadable();
    CHECK(settle() == Counted{{"m p unknown", 1}});
  }
  SUBCASE("the clock was set back meanwhile") {
    read_after(-24h);
    CHECK(settle().empty());
    read_after(ErrorCodes::kPatience);
    CHECK(settle() == Counted{{"m p unknown", 1}});
  }
}

TEST_CASE_FIXTURE(Fixture, "a clock that was set back lets nothing wait for ever") {
  fail();
  read_after(-24h);
  fail();
  CHECK(settle().empty());
  read_after(ErrorCodes::kPatience);
  CHECK(settle() == Counted{{"m p unknown", 2}});
}

TEST_CASE_FIXTURE(Fixture, "failures alike wait as one, and no more wait than fit") {
  for (int i = 0; i < 10; ++i) {
    CHECK(fail());
  }
  CHECK(codes.groups().at("m").waiting.size() == 1);
  for (std::size_t i = 1; i < ErrorCodes::kMost; ++i) {
    CHECK(fail(1, std::to_string(i)));
  }
  CHECK(!fail(1, "one more"));
  CHECK(fail());
  codes.add("m", "400", 11);
  codes.add("7", "400", 1);
  CHECK(settle() == Counted{{"m p 400", 11}, {"7 p 400", 1}});
  CHECK(fail(1, "one more"));
}

TEST_CASE_FIXTURE(Fixture, "no more codes are kept than fit") {
  for (std::size_t i = 0; i < 3 * ErrorCodes::kMost; ++i) {
    codes.add(std::to_string(i), "400", 1);
    codes.logged(std::to_string(i) + "x", "400");
  }
  CHECK(codes.groups().size() == ErrorCodes::kMost);
  read_after(ErrorCodes::kMemory);
  settle();
  CHECK(codes.groups().empty());
  codes.add("m", "400", 1);
  fail();
  CHECK(settle() == Counted{{"m p 400", 1}});
}
