// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter {

// Everything up to and including <body>, with the style that all our pages share; no page needs an
// outside resource. `title` is escaped.
std::string html_head(std::string_view title);

// The ways to the other pages, without `here`, the path of this one.
std::string navigation(std::string_view here);

// What a browser shows where there is no page, with the ways to those there are; `words` are
// escaped.
std::string missing_page(std::string_view words);

// Words behind a green tick or a red cross; they are HTML already.
std::string mark(bool good, std::string_view words);

std::string escape_html(std::string_view text);
// The same for a long name without blanks: a line may break before a capital and after "_".
std::string breakable_html(std::string_view name);

}  // namespace litellm_exporter
