// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// The answer to a statement. Each access is checked, since a server or a pooler may send anything:
// every access past the end and every text of another type throws PollError with Reason::decode.
namespace litellm_exporter::postgres {

// One value; refers to its Result.
class Value {
 public:
  // NULL is nothing.
  explicit Value(std::optional<std::string_view> text) : text_(text) {}

  bool is_null() const noexcept { return !text_; }
  // T is bool, int, std::int64_t, std::uint32_t, std::uint64_t, double or std::string. NULL throws.
  template <typename T>
  T as() const;
  // The same with a value for NULL.
  template <typename T>
  T as(T fallback) const {
    return is_null() ? fallback : as<T>();
  }

 private:
  std::optional<std::string_view> text_;
};

class Result;

// One row; refers to its Result.
class ResultRow {
 public:
  ResultRow(const Result& result, std::size_t row) : result_(result), row_(row) {}
  Value operator[](std::size_t column) const;

 private:
  const Result& result_;
  std::size_t row_;
};

// Owns the answer of one statement.
class Result {
 public:
  // Takes over what libpq made.
  explicit Result(PGresult* result) : result_(result, &PQclear) {}

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  ResultRow operator[](std::size_t row) const { return {*this, row}; }

 private:
  friend class ResultRow;

  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

}  // namespace litellm_exporter::postgres
