// SPDX-License-Identifier: Apache-2.0
#include "base/program.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

// Longer than any machine takes.
constexpr unsigned kAmple = 300;

}  // namespace

TEST_CASE("what a program prints is kept apart from what it complains of") {
  const ProgramResult result = run_program({"sh", "-c", "echo $0; echo b >&2", "a $HOME"}, kAmple);
  CHECK(result.succeeded);
  CHECK(result.output == "a $HOME\n");
  CHECK(result.errors == "b\n");
}

TEST_CASE("a program that fails, is missing or does not end has not succeeded") {
  CHECK_FALSE(run_program({"sh", "-c", "exit 3"}, kAmple).succeeded);
  CHECK_FALSE(run_program({"/no/such/program"}, kAmple).succeeded);
  CHECK_FALSE(run_program({"sleep", "600"}, 1).succeeded);
}

TEST_CASE("others find an unnamed file by its path") {
  const UnnamedFile file;
  CHECK(file.text().empty());
  CHECK(run_program({"sh", "-c", "echo text >>\"$0\"", file.path()}, kAmple).succeeded);
  CHECK(file.text() == "text\n");
}
