// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <utility>

// Arrays that are indexed by an enumeration. The compiler counts the enumerators and compares them
// with the rows of a table. For scoped enumerations with the values 0, 1, 2 and so on.
namespace litellm_exporter {

template <typename Enum>
constexpr std::size_t index_of(Enum enumerator) noexcept {
  return static_cast<std::size_t>(enumerator);
}

// Whether the value has a name: GCC and clang print "Colour::red" for an enumerator and "(Colour)7"
// for any other value, so that the last word is a number.
template <auto kValue>
consteval bool is_enumerator() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_suffix(1);
  const std::size_t before = text.find_last_of(":)");
  return text.at(before + 1) < '0' || text.at(before + 1) > '9';
}

template <typename Enum, std::size_t kFrom = 0>
consteval std::size_t count_enumerators() {
  if constexpr (is_enumerator<static_cast<Enum>(kFrom)>()) {
    return count_enumerators<Enum, kFrom + 1>();
  } else {
    return kFrom;
  }
}

template <typename Enum>
inline constexpr std::size_t kEnumCount = count_enumerators<Enum>();

// Every enumerator, in the order of the declaration.
template <typename Enum>
inline constexpr auto kEnumerators = []<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
  return std::array{static_cast<Enum>(kIndex)...};
}
(std::make_index_sequence<kEnumCount<Enum>>{});

// A value for each enumerator.
template <typename Enum, typename Value>
class EnumArray {
 public:
  struct Row {
    Enum enumerator;
    Value value;
  };

  EnumArray() = default;
  // A constant table, written as rows that begin with their enumerators. It does not compile if a
  // row is missing, is there twice or does not stand in the order of the enumeration.
  consteval EnumArray(std::initializer_list<Row> rows) {
    std::size_t next = 0;
    for (const Row& row : rows) {
      if (next == size() || row.enumerator != kEnumerators<Enum>[next]) {
        row_is_out_of_order();
      }
      values_[next] = row.value;
      ++next;
    }
    if (next != size()) {
      last_row_is_missing();
    }
  }

  bool operator==(const EnumArray&) const = default;

  static constexpr std::size_t size() noexcept { return kEnumCount<Enum>; }
  constexpr Value& operator[](Enum enumerator) { return values_.at(index_of(enumerator)); }
  constexpr const Value& operator[](Enum enumerator) const {
    return values_.at(index_of(enumerator));
  }

  // The values, in the order of the enumerators.
  constexpr auto begin() noexcept { return values_.begin(); }
  constexpr auto end() noexcept { return values_.end(); }
  constexpr auto begin() const noexcept { return values_.begin(); }
  constexpr auto end() const noexcept { return values_.end(); }

 private:
  // Not constexpr: the compiler refuses a table that gets here, and prints the name.
  static void row_is_out_of_order() {}
  static void last_row_is_missing() {}

  std::array<Value, kEnumCount<Enum>> values_{};
};

}  // namespace litellm_exporter
