// SPDX-License-Identifier: Apache-2.0
#include "postgres/copy_row.hpp"

#include "poll/error.hpp"

namespace litellm_exporter::postgres {
namespace {

char unescaped(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return letter;
  }
}

}  // namespace

const std::optional<std::string_view>& CopyRow::at(std::size_t index) const {
  if (index >= fields_.size()) {
    throw PollError(Reason::decode, "the database sent a row of another shape than asked for");
  }
  return fields_[index];
}

void CopyRow::parse(std::string& line) {
  fields_.clear();
  if (!line.empty() && line.back() == '\n') {
    line.pop_back();
  }
  // The unescaped text is never longer, so it can be written over the escaped.
  char* const begin = line.data();
  const char* const end = begin + line.size();
  char* write = begin;
  const char* read = begin;
  char* field = begin;
  bool null = false;
  const auto finish_field = [&] {
    if (null) {
      fields_.emplace_back(std::nullopt);
    } else {
      fields_.emplace_back(std::string_view(field, static_cast<std::size_t>(write - field)));
    }
    field = write;
    null = false;
  };
  while (read != end) {
    const char c = *read++;
    if (c == '\t') {
      finish_field();
    } else if (c == '\\' && read != end) {
      const char letter = *read++;
      null = letter == 'N';
      *write++ = unescaped(letter);
    } else {
      *write++ = c;
    }
  }
  finish_field();
}

}  // namespace litellm_exporter::postgres
