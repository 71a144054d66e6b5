// SPDX-License-Identifier: Apache-2.0
#include "metrics/lint.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

namespace litellm_exporter {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && (text.front() < '0' || text.front() > '9') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == ':';
         });
}

// The end of a quoted label value that begins at `at`; npos if there is none.
std::size_t end_of_value(std::string_view line, std::size_t at) {
  for (std::size_t i = at; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      return i;
    }
  }
  return std::string_view::npos;
}

// The length of name and labels of a sample; nothing if they are malformed.
std::size_t series_length(std::string_view line) {
  const std::size_t brace = line.find('{');
  const std::size_t blank = line.find(' ');
  if (brace == std::string_view::npos || blank < brace) {
    return blank;
  }
  std::size_t at = brace + 1;
  while (at < line.size() && line[at] != '}') {
    const std::size_t equals = line.find("=\"", at);
    if (equals == std::string_view::npos || !is_name(line.substr(at, equals - at))) {
      return std::string_view::npos;
    }
    at = end_of_value(line, equals + 2);
    if (at == std::string_view::npos) {
      return at;
    }
    const bool more = at + 1 < line.size() && line[at + 1] == ',';
    at += more ? std::size_t{2} : std::size_t{1};
  }
  return at + 1;
}

bool is_value(std::string_view text) {
  return text == "+Inf" || text == "-Inf" || text == "Nan" || text == "NaN" || parse_number(text);
}

class Lint {
 public:
  void line(std::string_view text) {
    ++number_;
    if (clean_label(text, text.size() + 1) != text) {
      complain("is not valid UTF-8, or has control characters");
    } else if (text.starts_with("# HELP ")) {
      begin_family(text.substr(7, text.find(' ', 7) - 7));
    } else if (text.starts_with("# TYPE ")) {
      type(text.substr(7));
    } else {
      sample(text);
    }
  }

  std::vector<std::string> findings() && { return std::move(findings_); }

  void complain(const std::string& what) {
    constexpr std::size_t kMost = 10;
    if (findings_.size() < kMost) {
      findings_.push_back(fmt::format("line {}: {}", number_, what));
    }
  }

 private:
  void begin_family(std::string_view name) {
    family_ = name;
    if (!families_.insert(family_).second) {
      complain(family_ + " is there in pieces");
    }
  }

  void type(std::string_view text) {
    const std::string_view name = text.substr(0, text.find(' '));
    type_ = text.substr(std::min(text.size(), name.size() + 1));
    if (name != family_) {
      complain(std::string{name} + " has no HELP before its TYPE");
    }
    if ((type_ == "counter") != name.ends_with("_total")) {
      complain(std::string{name} + " is a " + type_ + " by another kind of name");
    }
  }

  void sample(std::string_view text) {
    const std::size_t length = series_length(text);
    if (length == std::string_view::npos || length >= text.size() || text[length] != ' ' ||
        !is_value(text.substr(length + 1))) {
      complain("is no sample");
      return;
    }
    const std::string_view series = text.substr(0, length);
    std::string_view name = series.substr(0, series.find('{'));
    if (type_ == "histogram") {
      for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
        if (name.ends_with(suffix)) {
          name.remove_suffix(suffix.size());
          break;
        }
      }
    }
    if (name != family_ || !is_name(name)) {
      complain(std::string{name} + " is outside of its family");
    }
    if (!series_.emplace(series).second) {
      complain(std::string{series.substr(0, 200)} + " is there twice");
    }
  }

  std::size_t number_ = 0;
  std::string family_;
  std::string type_;
  std::set<std::string> families_;
  std::unordered_set<std::string> series_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> lint_page(std::string_view page) {
  Lint lint;
  if (!page.empty() && !page.ends_with('\n')) {
    lint.complain("the page does not end with a line feed");
  }
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    lint.line(page.substr(0, end));
    page.remove_prefix(std::min(page.size(), end + 1));
  }
  return std::move(lint).findings();
}

}  // namespace litellm_exporter
