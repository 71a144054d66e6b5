// SPDX-License-Identifier: Apache-2.0
#include "web/html.hpp"

#include "web/embedded.hpp"

#include <fmt/format.h>

#include <array>

namespace litellm_exporter {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23337ea9' d='M1 9h3v6H1zm5-4h3v10H6zm5-4h4v14h-4z'/%3E%3C/svg%3E">
<title>)";

struct Link {
  std::string_view path;
  std::string_view name;
};
constexpr std::array<Link, 3> kPages = {
    {{"/status", "Status"}, {"/runbooks/", "Runbooks"}, {"/", "Exporter"}}};

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

std::string navigation(std::string_view here) {
  std::string html = "<nav aria-label=\"Pages\">";
  for (const Link& page : kPages) {
    html += page.path == here ? fmt::format("<span aria-current=\"page\">{}</span> ", page.name)
                              : fmt::format("<a href=\"{}\">{}</a> ", page.path, page.name);
  }
  return html + "</nav>\n";
}

std::string missing_page(std::string_view words) {
  return html_head(words) + navigation({}) +
         fmt::format("<main>\n<h1>{}</h1>\n</main>\n</body>\n</html>\n", escape_html(words));
}

std::string mark(bool good, std::string_view words) {
  return fmt::format("<span class=\"{}\">{} {}</span>", good ? "good" : "bad",
                     good ? "&#10003;" : "&#10007;", words);
}

}  // namespace litellm_exporter
