// SPDX-License-Identifier: Apache-2.0
#include "web/html.hpp"

namespace litellm_exporter {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>)";

constexpr const char* kStyle = R"(</title>
<style>
:root { --text: #1b1f24; --soft: #57606a; --line: #d8dee4; --back: #ffffff; --good: #0b6e4f; --bad: #b3261e; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9aa4af; --line: #30363d; --back: #0f1419; --good: #4cc38a; --bad: #ff8d85; --link: #79b8ff; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; color: var(--soft); }
a { color: var(--link); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
td.number { font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); }
ul, ol { padding-left: 1.2rem; margin: .25rem 0; }
pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; padding: .6rem; font-size: .85rem; }
main p, main li { color: var(--text); margin: .5rem 0; }
</style>
</head>
<body>
)";

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

std::string html_head(std::string_view title) { return kHead + escape_html(title) + kStyle; }

}  // namespace litellm_exporter
