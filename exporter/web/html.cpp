// SPDX-License-Identifier: Apache-2.0
#include "web/html.hpp"

#include "web/embedded.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>)";

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string breakable_html(std::string_view name) {
  const auto is_lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  std::string html;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < name.size(); ++i) {
    const bool capital = name[i] >= 'A' && name[i] <= 'Z' && is_lower(name[i - 1]);
    if (capital || name[i - 1] == '_') {
      html += escape_html(name.substr(begin, i - begin)) + "<wbr>";
      begin = i;
    }
  }
  return html + escape_html(name.substr(begin));
}

std::string html_head(std::string_view title) {
  std::string head = kHead + escape_html(title) + "</title>\n<style>";
  head += style_css();
  return head + "</style>\n</head>\n<body>\n";
}

std::string mark(bool good, std::string_view words) {
  return fmt::format("<span class=\"{}\">{} {}</span>", good ? "good" : "bad",
                     good ? "&#10003;" : "&#10007;", words);
}

}  // namespace litellm_exporter
