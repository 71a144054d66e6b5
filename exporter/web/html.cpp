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
:root { --text: #1b1f24; --soft: #57606a; --line: #d8dee4; --back: #ffffff; --good: #0b6e4f; --bad: #b3261e; --link: #0550ae; --lower: #004a7c; --upper: #e06b0c; --empty: #f0f3f6; --gap: #8a8f96; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9aa4af; --line: #30363d; --back: #0f1419; --good: #4cc38a; --bad: #ff8d85; --link: #79b8ff; --lower: #9cd3f5; --upper: #d55e00; --empty: #1b222b; --gap: #6e7681; }
}
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
/* A wall is read from afar; a week and its lists fill its height. */
@media (min-width: 1601px) { html { font-size: max(100%, min(1vw, 1.68vh)); } body:has(.plot) { max-width: 84rem; } }
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
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; }
.card h2 { margin: 0; font-size: .9rem; font-weight: 500; color: var(--soft); }
.card b { font-size: clamp(1.4rem, 7vw, 1.9rem); font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.card p, .legend { margin: 0; font-size: .85rem; color: var(--soft); }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .5rem; }
.scale { display: flex; flex-direction: column; justify-content: space-between; height: 9rem; font-size: .75rem; line-height: 1; text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.columns { display: block; width: 100%; height: 9rem; border-bottom: 1px solid var(--line); }
.columns .line { stroke: var(--line); pointer-events: none; vector-effect: non-scaling-stroke; }
.days { grid-column: 2; }
details { margin: .5rem 0; } summary { font-size: .85rem; color: var(--soft); cursor: pointer; }
details table { font-size: .85rem; } details td, details thead th { text-align: right; white-space: nowrap; } details tbody th { white-space: nowrap; }
#stale { position: sticky; top: 0; padding: .3rem 0; background: var(--back); color: var(--bad); font-weight: 600; } #stale:not([hidden]) + main { opacity: .5; }
.days { display: grid; grid-template-columns: repeat(7, 1fr); font-size: clamp(.6rem, 2.9vw, .75rem); color: var(--soft); overflow: hidden; }
.days span { white-space: nowrap; overflow: hidden; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; } .legend i + i { margin-left: .5rem; }
.lower { fill: var(--lower); background: var(--lower); } .upper { fill: var(--upper); background: var(--upper); } .back { fill: var(--empty); }
.columns .back { fill: transparent; } .columns .gap { fill: var(--empty); } .columns .strip { fill: var(--gap); pointer-events: none; } .columns .gap, .columns .strip { shape-rendering: crispEdges; } .legend .gap { background: linear-gradient(var(--empty) 65%, var(--gap) 65%); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 2rem; }
.ranking { table-layout: fixed; } .ranking th { width: 45%; overflow-wrap: anywhere; color: var(--text); } .ranking td.number { width: 5.5em; text-align: right; padding-right: 0; }
.bar { display: block; width: 100%; height: .9rem; margin-top: .3rem; border-radius: 2px; }
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

std::string html_head(std::string_view title) { return kHead + escape_html(title) + kStyle; }

}  // namespace litellm_exporter
