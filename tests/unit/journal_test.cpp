// SPDX-License-Identifier: Apache-2.0
#include "state/journal.hpp"

#include "base/file.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

using namespace litellm_exporter;
using Condition = Journal::Condition;

namespace {

std::string content(const std::string& path) { return read_file(path, 1 << 24); }

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// Three records: "everything", "one", "two".
void write_three(const std::string& directory) {
  Journal journal(directory);
  CHECK(journal.load().condition == Condition::fresh);
  journal.append("everything");
  journal.append("one");
  journal.append("two");
}

Journal::Contents load(const std::string& directory) { return Journal(directory).load(); }

}  // namespace

TEST_CASE("records come back in their order") {
  const ScratchDirectory directory;
  write_three(directory.path());
  const auto contents = load(directory.path());
  CHECK(contents.condition == Condition::intact);
  CHECK(contents.records == std::vector<std::string_view>{"everything", "one", "two"});
}

TEST_CASE("a replacement leaves nothing of what was before") {
  const ScratchDirectory directory;
  write_three(directory.path());
  {
    Journal journal(directory.path());
    journal.load();
    journal.replace("anew");
    journal.append("more");
  }
  CHECK(load(directory.path()).records == std::vector<std::string_view>{"anew", "more"});
}

// Exactly what was saved last, or damage that is said: never an older state.
void check_whole_or_damaged(const ScratchDirectory& directory, const std::string& bytes) {
  overwrite(directory.path() + "/state", bytes);
  const auto contents = load(directory.path());
  if (contents.condition == Condition::damaged) {
    REQUIRE(contents.records.empty());
    REQUIRE(!contents.reason.empty());
    REQUIRE(content(directory.path() + "/state" + ".damaged") == bytes);
  } else {
    REQUIRE(contents.records == std::vector<std::string_view>{"everything", "one", "two"});
    REQUIRE(load(directory.path()).condition == Condition::intact);
  }
}

TEST_CASE("a file cut anywhere is never an older state") {
  const ScratchDirectory directory;
  write_three(directory.path());
  const std::string whole = content(directory.path() + "/state");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    overwrite(directory.path() + "/state", whole.substr(0, length));
    REQUIRE(load(directory.path()).condition == Condition::damaged);
  }
}

TEST_CASE("a flipped bit anywhere is damage or nothing") {
  const ScratchDirectory directory;
  write_three(directory.path());
  const std::string whole = content(directory.path() + "/state");
  for (std::size_t at = 0; at < 8 * whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at / 8] = static_cast<char>(bytes[at / 8] ^ (1 << (at % 8)));
    check_whole_or_damaged(directory, bytes);
  }
}

TEST_CASE("zeros, pieces out of place and copies of a record are damage or nothing") {
  const ScratchDirectory directory;
  write_three(directory.path());
  const std::string whole = content(directory.path() + "/state");
  for (const std::size_t size : {1U, 4U, 16U, 19U, 26U, 60U}) {
    for (std::size_t at = 0; at + size <= whole.size(); ++at) {
      std::string zeros = whole;
      zeros.replace(at, size, size, '\0');
      check_whole_or_damaged(directory, zeros);
      std::string without = whole;
      check_whole_or_damaged(directory, without.erase(at, size));
      std::string doubled = whole;
      check_whole_or_damaged(directory, doubled.insert(at, whole.substr(at, size)));
      check_whole_or_damaged(directory, whole + whole.substr(at, size));
    }
  }
}

TEST_CASE("an append that was interrupted anywhere leaves what was saved before") {
  const ScratchDirectory directory;
  write_three(directory.path());
  const std::string before = content(directory.path() + "/state");
  {
    Journal journal(directory.path());
    journal.load();
    journal.append("three");
  }
  const std::string after = content(directory.path() + "/state");
  // Without the mark that is written last.
  const std::string unmarked = before + after.substr(before.size());
  for (std::size_t length = before.size(); length <= after.size(); ++length) {
    const bool complete = length == after.size();
    for (const std::string& rest : {std::string{}, std::string(64, '\0')}) {
      overwrite(directory.path() + "/state", unmarked.substr(0, length) + rest);
      const auto contents = load(directory.path());
      const bool torn = (!complete && length > before.size()) || !rest.empty();
      REQUIRE(contents.condition == (torn ? Condition::torn : Condition::intact));
      REQUIRE(contents.records.size() == (complete ? 4 : 3));
      REQUIRE(load(directory.path()).condition == Condition::intact);
    }
  }
}

TEST_CASE("a file of the first version is read and replaced") {
  const ScratchDirectory directory;
  const std::string old = content(STATE_OF_VERSION_1);
  overwrite(directory.path() + "/state", old);
  {
    Journal journal(directory.path());
    const auto contents = journal.load();
    CHECK(contents.condition == Condition::intact);
    CHECK(contents.records.size() == 3);
    CHECK(!journal.can_append());
    CHECK(journal.wants_replacement());
    CHECK(content(directory.path() + "/state") == old);
    journal.replace("anew");
  }
  CHECK(load(directory.path()).records == std::vector<std::string_view>{"anew"});
  // It has no marks: only data that was not finished is taken for an interrupted append.
  for (const std::size_t at : {std::size_t{30}, std::size_t{60}, old.size() - 40}) {
    std::string bytes = old;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    overwrite(directory.path() + "/state", bytes);
    CHECK(load(directory.path()).condition == Condition::damaged);
  }
  overwrite(directory.path() + "/state", old.substr(0, old.size() - 5));
  CHECK(load(directory.path()).condition == Condition::torn);
}

TEST_CASE("a file that was removed, replaced or cut is noticed") {
  const ScratchDirectory directory;
  Journal journal(directory.path());
  journal.load();
  CHECK(!journal.displaced());
  journal.replace("everything");
  CHECK(!journal.displaced());
  journal.append("one");
  CHECK(!journal.displaced());
  std::filesystem::remove(directory.path() + "/state");
  CHECK(journal.displaced());
  journal.replace("everything");
  CHECK(!journal.displaced());
  const std::string bytes = content(directory.path() + "/state");
  overwrite(directory.path() + "/state" + ".copy", bytes);
  std::filesystem::rename(directory.path() + "/state" + ".copy", directory.path() + "/state");
  CHECK(journal.displaced());
  journal.replace("everything");
  overwrite(directory.path() + "/state", "");
  CHECK(journal.displaced());
  std::filesystem::remove_all(directory.path());
  CHECK(journal.displaced());
  journal.replace("everything");
  CHECK(!journal.displaced());
  CHECK_THROWS_AS(Journal(directory.path()), FileError);
}

TEST_CASE("no file follows a symbolic link, and all are private") {
  const ScratchDirectory directory;
  const ScratchDirectory elsewhere;
  const std::string victim = elsewhere.path() + "/victim";
  overwrite(victim, "untouched");
  std::filesystem::create_symlink(victim, directory.path() + "/state" + ".new");
  {
    Journal journal(directory.path());
    journal.load();
    journal.replace("everything");
  }
  for (const char* name : {"/state", "/lock"}) {
    CHECK(std::filesystem::status(directory.path() + name).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    std::filesystem::remove(directory.path() + name);
    std::filesystem::create_symlink(victim, directory.path() + name);
    CHECK_THROWS_AS(Journal(directory.path()).load(), FileError);
    std::filesystem::remove(directory.path() + name);
  }
  CHECK(content(victim) == "untouched");
}

TEST_CASE("zeros behind the last record are a torn end") {
  const ScratchDirectory directory;
  write_three(directory.path());
  const std::string whole = content(directory.path() + "/state");
  for (const std::size_t zeros : {1U, 8U, 16U, 17U, 4096U}) {
    overwrite(directory.path() + "/state", whole + std::string(zeros, '\0'));
    const auto contents = load(directory.path());
    CHECK(contents.condition == Condition::torn);
    CHECK(contents.records == std::vector<std::string_view>{"everything", "one", "two"});
  }
}

TEST_CASE("appending goes on behind a torn end") {
  const ScratchDirectory directory;
  write_three(directory.path());
  overwrite(directory.path() + "/state",
            content(directory.path() + "/state") + "the beginning of a record");
  {
    Journal journal(directory.path());
    CHECK(journal.load().condition == Condition::torn);
    journal.append("again");
  }
  CHECK(load(directory.path()).records ==
        std::vector<std::string_view>{"everything", "one", "two", "again"});
}

TEST_CASE("a damaged file is kept aside for a look") {
  const ScratchDirectory directory;
  overwrite(directory.path() + "/state", "garbage");
  const auto contents = load(directory.path());
  CHECK(contents.condition == Condition::damaged);
  CHECK(!contents.reason.empty());
  CHECK(content(directory.path() + "/state" + ".damaged") == "garbage");
  CHECK(load(directory.path()).condition == Condition::fresh);
}

TEST_CASE("one directory serves one exporter") {
  const ScratchDirectory directory;
  const Journal first(directory.path());
  CHECK_THROWS_AS(Journal(directory.path()), FileError);
}

TEST_CASE("the file is replaced when the changes outgrow it") {
  const ScratchDirectory directory;
  Journal journal(directory.path());
  journal.load();
  CHECK(journal.wants_replacement());
  journal.replace("small");
  CHECK(!journal.wants_replacement());
  journal.append(std::string(3 << 20, 'x'));
  CHECK(journal.wants_replacement());
}
