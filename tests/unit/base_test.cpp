// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"
#include "base/duration.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/replacement.hpp"
#include "base/text.hpp"
#include "postgres/conninfo.hpp"
#include "web/landing_page.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

using namespace litellm_exporter;

TEST_CASE("durations are read as Prometheus writes them") {
  CHECK(parse_duration("15s") == Milliseconds(15'000));
  CHECK(parse_duration("1h30m") == Milliseconds(5'400'000));
  CHECK(parse_duration("500ms") == Milliseconds(500));
  CHECK(parse_duration("1w2d") == Milliseconds(777'600'000));
  CHECK(parse_duration("0s") == Milliseconds(0));
  for (const char* wrong : {"", "15", "s", "-5s", "1m1h", "1s1s", "1.5s", "5 s", "5S", "1mo", "s5",
                            "99999999999999999999s", "9999999999y"}) {
    CHECK_MESSAGE(!parse_duration(wrong), wrong);
  }
}

TEST_CASE("a formatted duration reads back") {
  for (const char* text : {"1h30m", "15s", "500ms", "1d1s1ms", "0s"}) {
    CHECK(format_duration(*parse_duration(text)) == text);
  }
}

TEST_CASE("labels become valid UTF-8 of bounded length") {
  CHECK(clean_label("gpt-4o", 200) == "gpt-4o");
  CHECK(clean_label("sch\xC3\xB6n \xE6\xA8\xA1 \xF0\x9F\x99\x82", 200) ==
        "sch\xC3\xB6n \xE6\xA8\xA1 \xF0\x9F\x99\x82");
  CHECK(clean_label("a\nb\tc\x01\x7F", 200) == "a b c  ");
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(clean_label("\xFF", 200) == bad);
  CHECK(clean_label("\xC3", 200) == bad);
  CHECK_MESSAGE(clean_label("\xC0\xAF", 200) == bad + bad, "overlong");
  CHECK_MESSAGE(clean_label("\xED\xA0\x80", 200) == bad + bad + bad, "surrogate");
  CHECK_MESSAGE(clean_label("\xF4\x90\x80\x80", 200) == bad + bad + bad + bad, "past U+10FFFF");
  CHECK(clean_label(std::string(500, 'x'), 200) == std::string(200, 'x'));
  CHECK_MESSAGE(clean_label("abc\xC3\xB6", 4) == "abc", "never cut inside a character");
}

TEST_CASE("numbers fill the whole text and are finite") {
  CHECK(parse_number("1.5") == 1.5);
  CHECK(parse_number("-3e2") == -300);
  for (const char* wrong : {"", "x", "1x", " 1", "nan", "inf", "1e999", "0x10", "1,5"}) {
    CHECK_MESSAGE(!parse_number(wrong), wrong);
  }
}

TEST_CASE("a file is read whole up to its limit, and refused above it") {
  const std::string path = std::filesystem::temp_directory_path() / "litellm-exporter-file-test";
  const std::string text(200'000, 'x');
  std::ofstream(path) << text;
  CHECK(read_file(path, text.size()) == text);
  CHECK_THROWS_AS(read_file(path, text.size() - 1), FileError);
  std::ofstream(path, std::ios::trunc).close();
  CHECK(read_file(path, 0).empty());
  std::filesystem::remove(path);
  CHECK_THROWS_AS(read_file(path, 1), FileError);
}

TEST_CASE("a log line quotes what would break it") {
  using log::Format;
  using log::Level;
  CHECK(
      log::render(Format::logfmt, Level::info, "two words", {{"n", 5}, {"e", ""}, {"q", "a\"b"}}) ==
      R"(level=info msg="two words" n=5 e="" q="a\"b")");
  CHECK(log::render(Format::json, Level::warn, "x", {{"err", "line\nbreak"}}) ==
        R"("level":"warn","msg":"x","err":"line break")");
  CHECK_MESSAGE(log::render(Format::logfmt, Level::info, "x", {{"e", "\xC3\xB6"}, {"f", "\xFF"}}) ==
                    "level=info msg=x e=\"\xC3\xB6\" f=\"\xEF\xBF\xBD\"",
                "always valid UTF-8");
}

TEST_CASE("a hidden secret is in no line") {
  log::hide(Secret{"hunter2-hunter2"});
  log::hide(Secret{"ab"});
  CHECK(log::render(log::Format::logfmt, log::Level::error, "no hunter2-hunter2",
                    {{"err", "(hunter2-hunter2)"}, {"word", "abba"}}) ==
        R"(level=error msg="no <secret>" err=(<secret>) word=abba)");
}

TEST_CASE("secrets are hidden whole, whatever they look like") {
  log::hide(Secret{"secret"});
  log::hide(Secret{"orchid"});
  log::hide(Secret{"orchid-and-more"});
  log::hide(Secret{"two  blanks\tand a tab"});
  const auto line = [](std::string_view message) {
    return log::render(log::Format::logfmt, log::Level::info, message, {});
  };
  CHECK(line("a secret here") == "level=info msg=\"a <secret> here\"");
  CHECK(line("orchid-and-more") == "level=info msg=<secret>");
  CHECK(line("two  blanks\tand a tab") == "level=info msg=<secret>");
}

TEST_CASE("a file takes the place of another as a whole, or not at all") {
  std::string directory = "/tmp/replacement-XXXXXX";
  REQUIRE(::mkdtemp(directory.data()) != nullptr);
  const std::string path = directory + "/file";
  replace_file(path, "first");
  CHECK(read_file(path, 100) == "first");
  {
    Replacement unfinished(path);
    unfinished.write("sec", 0);
    CHECK(read_file(path, 100) == "first");
  }
  CHECK(!std::filesystem::exists(path + ".new"));
  // Left by a process that was killed.
  std::ofstream(path + ".new") << "a longer text than the next";
  replace_file(path, "third");
  CHECK(read_file(path, 100) == "third");
  std::filesystem::create_directory(path + ".new");
  CHECK_THROWS_AS(replace_file(path, "fourth"), FileError);
  CHECK(read_file(path, 100) == "third");
  std::filesystem::remove_all(directory);
}

TEST_CASE("listen addresses are those that Go accepts") {
  CHECK(parse_address("127.0.0.1:19400")->host == "127.0.0.1");
  CHECK(parse_address(":19400")->host.empty());
  CHECK(parse_address("[::1]:80")->host == "::1");
  for (const char* wrong : {"", "localhost", "::1:80", "a:0", "a:65536", "a:80x", "a:", "[::1:80",
                            "[[::1]]:80", "[]::1]:80"}) {
    CHECK_MESSAGE(!parse_address(wrong), wrong);
  }
  for (const char* text : {"127.0.0.1:19400", ":80", "[::1]:80", "localhost:1"}) {
    CHECK(parse_address(text)->shown() == text);
  }
}

TEST_CASE("an address has a port of its own or the usual one") {
  for (const char* text : {"a", "a:80"}) {
    CHECK(parse_address(text, 80) == Address{"a", 80});
  }
  CHECK(parse_address("[::1]", 443) == Address{"::1", 443});
  CHECK(parse_address("[::1]:4000", 443) == Address{"::1", 4000});
  for (const char* wrong : {"a:", "[::1", "[::1]x", "[::1]:", "::1", "a]"}) {
    CHECK_MESSAGE(!parse_address(wrong, 80), wrong);
  }
}

TEST_CASE("a connection string may be LiteLLM's own") {
  const auto parsed = postgres::parse_conninfo(Secret{
      "postgresql://me:p%40ss@db:5433/litellm?schema=proxy&connection_limit=9&sslmode=require"});
  CHECK(parsed.schema == "proxy");
  CHECK(parsed.password.reveal() == "p@ss");
  CHECK(parsed.described == "db:5433/litellm");
  CHECK(parsed.text.reveal().find("sslmode='require'") != std::string::npos);
  CHECK(parsed.text.reveal().find("connection_limit") == std::string::npos);
  CHECK(postgres::parse_conninfo(Secret{"host=db password='a b'"}).password.reveal() == "a b");
  CHECK(postgres::parse_conninfo(Secret{"postgresql://db/x?ssl=true"})
            .text.reveal()
            .find("sslmode='require'") != std::string::npos);
}

TEST_CASE("a refused connection string is not quoted") {
  for (const char* wrong :
       {"postgresql://me:se/cret@db/x", "postgresql://me:se@cret@db/x", "secret",
        "postgresql://me:secret@db:port/x", "mysql://me:secret@db/x",
        "postgresql://db/x?schema=se%0Acret", "host='secret", "postgresql://me:se%zzcret@db/x",
        "postgresql://me:se?cret@db/x", "postgresql://me:se?cret=1@db/x"}) {
    std::string message;
    try {
      static_cast<void>(postgres::parse_conninfo(Secret{wrong}));
    } catch (const postgres::ConninfoError& e) {
      message = e.what();
    }
    CHECK_MESSAGE(!message.empty(), wrong);
    CHECK_MESSAGE(message.find("cret") == std::string::npos, message);
  }
}

TEST_CASE("the landing page says once that the database does not answer") {
  SelfView view;
  for (const char* name : {"keys", "spend_log", "teams"}) {
    CollectorStatus status;
    status.name = name;
    status.polls = 1;
    status.error = status.name == "keys" ? "another trouble" : "no route to db";
    view.collectors.push_back(status);
  }
  const auto times = [&](std::string_view text) {
    const std::string page = landing_page(view, "/metrics");
    int count = 0;
    for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) {
      ++count;
    }
    return count;
  };
  CHECK(times("no route to db") == 1);
  CHECK(times("waits for the database") == 2);
  CHECK(times("another trouble") == 1);
  CHECK(times("<details open>") == 1);
  view.database_up = true;
  CHECK(times("no route to db") == 2);
}

TEST_CASE("the landing page escapes what came from outside") {
  SelfView view;
  CollectorStatus status;
  status.name = "spend_log";
  status.polls = 1;
  status.error = "<script>alert('x')</script> & \"more\"";
  view.collectors.push_back(status);
  const std::string page = landing_page(view, "/metrics");
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;") !=
        std::string::npos);
}
