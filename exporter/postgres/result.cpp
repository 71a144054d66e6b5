// SPDX-License-Identifier: Apache-2.0
#include "postgres/result.hpp"

#include "base/text.hpp"
#include "poll/error.hpp"

#include <charconv>

namespace litellm_exporter::postgres {
namespace {

[[noreturn]] void fail() {
  throw PollError(Reason::decode, "the database answered something else than was asked for");
}

template <typename T>
T whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    fail();
  }
  return value;
}

std::string_view present(const std::optional<std::string_view>& text) {
  if (!text) {
    fail();
  }
  return *text;
}

}  // namespace

template <>
std::string Value::as<std::string>() const {
  return std::string{present(text_)};
}

template <>
bool Value::as<bool>() const {
  const std::string_view text = present(text_);
  if (text != "t" && text != "f") {
    fail();
  }
  return text == "t";
}

template <>
int Value::as<int>() const {
  return whole<int>(present(text_));
}

template <>
std::int64_t Value::as<std::int64_t>() const {
  return whole<std::int64_t>(present(text_));
}

template <>
std::uint32_t Value::as<std::uint32_t>() const {
  return whole<std::uint32_t>(present(text_));
}

template <>
std::uint64_t Value::as<std::uint64_t>() const {
  return whole<std::uint64_t>(present(text_));
}

template <>
double Value::as<double>() const {
  const auto number = parse_number(present(text_));
  if (!number) {
    fail();
  }
  return *number;
}

std::size_t Result::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

Value ResultRow::operator[](std::size_t column) const {
  const PGresult* const result = result_.result_.get();
  if (row_ >= result_.size() || column >= static_cast<std::size_t>(PQnfields(result))) {
    fail();
  }
  const int row = static_cast<int>(row_);
  const int field = static_cast<int>(column);
  if (PQgetisnull(result, row, field) != 0) {
    return Value{std::nullopt};
  }
  return Value{std::string_view(PQgetvalue(result, row, field),
                                static_cast<std::size_t>(PQgetlength(result, row, field)))};
}

}  // namespace litellm_exporter::postgres
