// SPDX-License-Identifier: Apache-2.0
#include "config/secret_text.hpp"

#include "base/text.hpp"
#include "config/error.hpp"

#include <algorithm>
#include <array>

namespace litellm_exporter {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// As an environment file writes them.
constexpr std::array<std::string_view, 6> kNames = {
    "DATABASE_URL",           "DIRECT_URL",
    "LITELLM_BASE_URL",       "LITELLM_MASTER_KEY",
    "LITELLM_EXPORTER_PEERS", "LITELLM_EXPORTER_CLUSTER_SECRET"};

bool is_quote(char c) { return c == '"' || c == '\''; }

std::string_view without_name(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("export ")) {
    rest = trim(rest.substr(rest.find(' ')));
  }
  for (const std::string_view name : kNames) {
    if (rest.starts_with(name) && trim(rest.substr(name.size())).starts_with('=')) {
      return trim(rest.substr(rest.find('=') + 1));
    }
  }
  return text;
}

// Quotation marks belong to the text where another stands within, as in libpq's keywords.
std::string_view without_quotes(std::string_view text) {
  if (text.size() < 2 || !is_quote(text.front()) || text.front() != text.back()) {
    return text;
  }
  const std::string_view inner = text.substr(1, text.size() - 2);
  return inner.find(text.front()) == std::string_view::npos ? trim(inner) : text;
}

std::string_view bare(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  return without_quotes(without_name(without_quotes(trim(text))));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool is_unfilled(std::string_view text) {
  const auto holds = [&](const char* what) { return text.find(what) != std::string_view::npos; };
  return holds("${") || holds("$(") || holds("{{") || text.starts_with('$') ||
         text.starts_with("os.environ/") ||
         (text.size() > 1 && text.starts_with('%') && text.ends_with('%'));
}

void check(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw ConfigError("holds a zero byte; expected UTF-8 text");
  }
  if (text.find_first_of("\r\n") != std::string_view::npos) {
    throw ConfigError("holds several lines; expected one");
  }
  if (std::any_of(text.begin(), text.end(), is_control)) {
    throw ConfigError("holds a control character");
  }
  if (is_unfilled(text)) {
    throw ConfigError("holds a variable or template that nobody filled in, such as ${NAME}");
  }
  const bool opened = !text.empty() && is_quote(text.front());
  const bool closed = !text.empty() && is_quote(text.back()) &&
                      std::count(text.begin(), text.end(), text.back()) % 2 == 1;
  if (opened || closed) {
    throw ConfigError("has a quotation mark at one end only");
  }
}

}  // namespace

std::string clean_secret(std::string_view text) {
  const std::string_view clean = bare(text);
  check(clean);
  return std::string{clean};
}

std::vector<std::string> clean_list(std::string_view text) {
  std::vector<std::string> items;
  std::string_view rest = bare(text);
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    if (std::string clean = clean_secret(item); !clean.empty()) {
      items.push_back(std::move(clean));
    }
  }
  return items;
}

}  // namespace litellm_exporter
