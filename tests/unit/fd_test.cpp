// SPDX-License-Identifier: Apache-2.0
#include "base/fd.hpp"

#include <doctest/doctest.h>

#include <cerrno>

#include <fcntl.h>

using namespace litellm_exporter;

namespace {

Fd open_null() { return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }

}  // namespace

TEST_CASE("a descriptor is closed with its owner") {
  int number = -1;
  {
    const Fd file = open_null();
    REQUIRE(file);
    number = file.get();
    CHECK(is_open(number));
  }
  CHECK(!is_open(number));
}

TEST_CASE("an opening that failed leaves nothing to own") {
  Fd none(::open("/nowhere/at/all", O_RDONLY | O_CLOEXEC));
  CHECK(errno == ENOENT);
  CHECK(!none);
  none.close();
  CHECK(!Fd{});
}

TEST_CASE("a descriptor moves from owner to owner") {
  Fd first = open_null();
  const int number = first.get();
  Fd second = std::move(first);
  CHECK(second.get() == number);
  Fd third = open_null();
  const int replaced = third.get();
  third = std::move(second);
  CHECK(third.get() == number);
  CHECK(!is_open(replaced));
  CHECK(is_open(number));
  third.close();
  CHECK(!third);
  CHECK(!is_open(number));
}

TEST_CASE("closing keeps the reason of what failed before") {
  const int number = open_null().get();
  errno = ENOSPC;
  // It is closed already, so that closing it fails.
  Fd(number).close();
  CHECK(errno == ENOSPC);
}
