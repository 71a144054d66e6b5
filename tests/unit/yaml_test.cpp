// SPDX-License-Identifier: Apache-2.0
#include "config/yaml.hpp"

#include "config/yaml_document.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

using namespace litellm_exporter;

namespace {

std::string outcome(const std::string& text) {
  try {
    static_cast<void>(parse_document(text));
    return "accepted";
  } catch (const YAML::Exception& e) {
    return e.msg;
  }
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    text += piece;
  }
  return text;
}

}  // namespace

TEST_CASE("whatever stands behind a document is refused") {
  for (const char* text :
       {"{a: 1},", "{a: 1},,,,", ",", ",,", ", a", "{},{}", "[],", "a: 1\n---\n", "a: 1\n---\nb: 2",
        "---\n---\n", "{a: 1} b: 2", "\"a\",", "---\n,", "--- {}\n,\n", "a: 1\n...\n,"}) {
    CHECK_MESSAGE(outcome(text) != "accepted", text);
  }
  for (const char* text : {"", "\n", "# nothing", "---\n", "---\na: 1\n", "a: 1\n...\n",
                           "\xEF\xBB\xBF"
                           "a: 1\r\n",
                           "a: [1, 2,]\n", "a:\t1\n", "a: &x {b: 1}\nc: *x\n"}) {
    CHECK_MESSAGE(outcome(text) == "accepted", text);
  }
}

TEST_CASE("what yaml-cpp would take for the end of the text is refused") {
  for (const char c : {'\0', '\x01', '\x04', '\x1B', '\x7F'}) {
    const std::string text = "a: 1\n" + std::string(1, c) + "\nb: 2\n";
    CHECK(outcome(text) == "holds a control character; expected UTF-8 text");
  }
}

TEST_CASE("a text that grows without sense is refused before it costs much") {
  constexpr std::size_t kBytes = 128 << 10;
  for (const std::string_view piece : {"[", "{", "[a,", "{a: ", "[:", ",", "a,", "- ", "? ", ": ",
                                       "- a\n", "a:\n ", "&a ", "*a ", "!a ", "\"a\" ", "---\n"}) {
    for (const char* before : {"", "a: ", "[", "{}"}) {
      CHECK(outcome(before + repeated(piece, kBytes)) != "accepted");
    }
  }
}

// Ends at all: nothing makes the parser go round in circles.
TEST_CASE("random pieces of YAML are read or refused") {
  constexpr std::array<std::string_view, 36> kPieces = {
      "[",   "]",      "{",    "}",  ",",    ":",     "- ",  "? ",          "a",
      "b: ", "\n",     "\n  ", " ",  "---",  "...\n", "&a ", "*a",          "!t ",
      "|",   "|\n  x", ">-\n", "\"", "'",    "#c",    "\t",  "\r\n",        "<<: ",
      "@",   "1",      "~",    ": ", "\n- ", "\\",    "`",   "%YAML 1.2\n", "\xEF\xBB\xBF"};
  std::minstd_rand random(1);  // NOLINT(cert-msc51-cpp): the same texts each time
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto left = random() % 40; left > 0; --left) {
      text += kPieces[random() % kPieces.size()];
    }
    CHECK(!outcome(text).empty());
  }
}
