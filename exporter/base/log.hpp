// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

// One event is one line on standard error, as logfmt or JSON, with the keys that Prometheus 3 uses:
// time, level, msg, then the event's own fields. Every function may be called from any thread.
namespace litellm_exporter::log {

enum class Format { logfmt, json };
enum class Level { debug, info, warn, error };

struct Field {
  template <typename T>
  Field(std::string_view name, const T& value) : key(name), text(fmt::format("{}", value)) {}

  std::string_view key;
  std::string text;
};
using Fields = std::initializer_list<Field>;

// May be called again, for instance after a reload.
void set_up(Level level, Format format);

// From now on every occurrence of this text in a line is written as <secret>. A second fence:
// nothing should log a secret in the first place. Texts shorter than four characters are ignored,
// since they would blank out ordinary words.
void hide(const Secret& secret);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// The line's part after the time, exposed for tests.
std::string render(Format format, Level level, std::string_view message, Fields fields);

}  // namespace litellm_exporter::log
