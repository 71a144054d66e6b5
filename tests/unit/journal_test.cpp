// SPDX-License-Identifier: Apache-2.0
#include "state/journal.hpp"

#include "base/file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

using namespace litellm_exporter;
using Condition = Journal::Condition;

namespace {

class Directory {
 public:
  Directory() : path_(::mkdtemp(template_.data())) {}
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const std::string& path() const { return path_; }
  std::string file() const { return path_ + "/state"; }

 private:
  std::string template_ = "/tmp/journal-XXXXXX";
  std::string path_;
};

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
  const Directory directory;
  write_three(directory.path());
  const auto contents = load(directory.path());
  CHECK(contents.condition == Condition::intact);
  CHECK(contents.records == std::vector<std::string>{"everything", "one", "two"});
}

TEST_CASE("a replacement leaves nothing of what was before") {
  const Directory directory;
  write_three(directory.path());
  {
    Journal journal(directory.path());
    journal.load();
    journal.replace("anew");
    journal.append("more");
  }
  CHECK(load(directory.path()).records == std::vector<std::string>{"anew", "more"});
}

TEST_CASE("a file cut anywhere yields the records before the cut") {
  const Directory directory;
  write_three(directory.path());
  const std::string whole = content(directory.file());
  const std::vector<std::string> records = {"everything", "one", "two"};
  for (std::size_t length = 0; length < whole.size(); ++length) {
    overwrite(directory.file(), whole.substr(0, length));
    const auto contents = load(directory.path());
    REQUIRE(contents.records.size() < records.size());
    for (std::size_t i = 0; i < contents.records.size(); ++i) {
      REQUIRE(contents.records[i] == records[i]);
    }
    REQUIRE((contents.condition == Condition::damaged) == contents.records.empty());
    if (!contents.records.empty()) {
      REQUIRE_MESSAGE(load(directory.path()).condition == Condition::intact, "the end was cut off");
    }
  }
}

TEST_CASE("a flipped bit anywhere is never taken for a record") {
  const Directory directory;
  write_three(directory.path());
  const std::string whole = content(directory.file());
  const std::vector<std::string> records = {"everything", "one", "two"};
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    overwrite(directory.file(), bytes);
    const auto contents = load(directory.path());
    REQUIRE(contents.records.size() < records.size());
    for (std::size_t i = 0; i < contents.records.size(); ++i) {
      REQUIRE(contents.records[i] == records[i]);
    }
  }
}

TEST_CASE("zeros behind the last record are a torn end") {
  const Directory directory;
  write_three(directory.path());
  const std::string whole = content(directory.file());
  for (const std::size_t zeros : {1U, 8U, 16U, 17U, 4096U}) {
    overwrite(directory.file(), whole + std::string(zeros, '\0'));
    const auto contents = load(directory.path());
    CHECK(contents.condition == Condition::torn);
    CHECK(contents.records == std::vector<std::string>{"everything", "one", "two"});
  }
}

TEST_CASE("appending goes on behind a torn end") {
  const Directory directory;
  write_three(directory.path());
  const std::string whole = content(directory.file());
  overwrite(directory.file(), whole.substr(0, whole.size() - 1));
  {
    Journal journal(directory.path());
    CHECK(journal.load().condition == Condition::torn);
    journal.append("again");
  }
  CHECK(load(directory.path()).records == std::vector<std::string>{"everything", "one", "again"});
}

TEST_CASE("a damaged file is kept aside for a look") {
  const Directory directory;
  overwrite(directory.file(), "garbage");
  const auto contents = load(directory.path());
  CHECK(contents.condition == Condition::damaged);
  CHECK(!contents.reason.empty());
  CHECK(content(directory.file() + ".damaged") == "garbage");
  CHECK(load(directory.path()).condition == Condition::fresh);
}

TEST_CASE("one directory serves one exporter") {
  const Directory directory;
  const Journal first(directory.path());
  CHECK_THROWS_AS(Journal(directory.path()), FileError);
}

TEST_CASE("the file is replaced when the changes outgrow it") {
  const Directory directory;
  Journal journal(directory.path());
  journal.load();
  CHECK(journal.wants_replacement());
  journal.replace("small");
  CHECK(!journal.wants_replacement());
  journal.append(std::string(3 << 20, 'x'));
  CHECK(journal.wants_replacement());
}
