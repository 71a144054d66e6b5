// SPDX-License-Identifier: Apache-2.0
#include "base/enum_array.hpp"

#include <doctest/doctest.h>

#include <concepts>
#include <string_view>
#include <vector>

using namespace litellm_exporter;

namespace {

enum class Colour { red, green2, _blue };
enum class Lonely : unsigned char { only };

constexpr EnumArray<Colour, std::string_view> kWords{
    {Colour::red, "rouge"}, {Colour::green2, "vert"}, {Colour::_blue, "bleu"}};

}  // namespace

TEST_CASE("the compiler counts the enumerators, whatever their names and types") {
  CHECK(kEnumCount<Colour> == 3);
  CHECK(kEnumCount<Lonely> == 1);
  CHECK(kEnumerators<Colour>.back() == Colour::_blue);
}

TEST_CASE("a table is read by its enumerators, in a constant expression as well") {
  static_assert(kWords[Colour::green2] == "vert");
  const std::vector<std::string_view> all(kWords.begin(), kWords.end());
  CHECK(all == std::vector<std::string_view>{"rouge", "vert", "bleu"});
}

TEST_CASE("an array that is no table begins with zeros") {
  EnumArray<Colour, int> counts;
  counts[Colour::_blue] += 2;
  CHECK(counts[Colour::red] == 0);
  CHECK(counts[Colour::_blue] == 2);
}
