// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/enum_array.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace litellm_exporter::log {
namespace {

struct LevelInfo {
  std::string_view name;
  spdlog::level::level_enum spdlog;
};

constexpr EnumArray<Level, LevelInfo> kLevels{
    {Level::debug, {"debug", spdlog::level::debug}},
    {Level::info, {"info", spdlog::level::info}},
    {Level::warn, {"warn", spdlog::level::warn}},
    {Level::error, {"error", spdlog::level::err}},
};

struct State {
  spdlog::logger logger{"exporter", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  std::atomic<Format> format{Format::logfmt};
  std::mutex mutex;
  std::vector<std::string> secrets;
};

void apply(State& state, Level level, Format format) {
  constexpr const char* kLogfmt = "time=%Y-%m-%dT%H:%M:%S.%eZ %v";
  constexpr const char* kJson = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})";
  state.format = format;
  state.logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      format == Format::json ? kJson : kLogfmt, spdlog::pattern_time_type::utc));
  state.logger.set_level(kLevels[level].spdlog);
}

// Never destroyed: threads may log until the process ends.
State& state() {
  static State* const instance = [] {
    auto* fresh = new State;
    apply(*fresh, Level::info, Format::logfmt);
    return fresh;
  }();
  return *instance;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Bare where it reads well, else quoted the way JSON quotes: logfmt readers understand that.
std::string logfmt_value(std::string_view text) {
  const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_visible(c) && c != '"' && c != '=' && c != '\\';
  });
  return bare ? std::string{text} : json_string(text);
}

void append(std::string& line, Format format, std::string_view key, std::string_view value) {
  if (!line.empty()) {
    line += format == Format::json ? "," : " ";
  }
  line += format == Format::json ? fmt::format("\"{}\":{}", key, json_string(value))
                                 : fmt::format("{}={}", key, logfmt_value(value));
}

// In one pass over the text: a secret may be a part of what replaces another one.
std::string without_secrets(std::string_view text) {
  State& shared = state();
  const std::lock_guard lock(shared.mutex);
  std::string shown;
  while (!text.empty()) {
    const auto secret =
        std::find_if(shared.secrets.begin(), shared.secrets.end(),
                     [&](const std::string& candidate) { return text.starts_with(candidate); });
    const bool hidden = secret != shared.secrets.end();
    shown += hidden ? std::string_view{"<secret>"} : text.substr(0, 1);
    text.remove_prefix(hidden ? secret->size() : 1);
  }
  return shown;
}

void write(Level level, std::string_view message, Fields fields) {
  State& shared = state();
  if (!shared.logger.should_log(kLevels[level].spdlog)) {
    return;
  }
  const std::string line = render(shared.format, level, message, fields);
  shared.logger.log(kLevels[level].spdlog, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void set_up(Level level, Format format) { apply(state(), level, format); }

void hide(const Secret& secret) {
  constexpr std::size_t kShortest = 4;
  if (secret.reveal().size() < kShortest) {
    return;
  }
  State& shared = state();
  const std::lock_guard lock(shared.mutex);
  if (std::find(shared.secrets.begin(), shared.secrets.end(), secret.reveal()) ==
      shared.secrets.end()) {
    shared.secrets.push_back(secret.reveal());
    // The longest first: hiding a part of another secret would leave the rest of it readable.
    std::sort(shared.secrets.begin(), shared.secrets.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
  }
}

std::string render(Format format, Level level, std::string_view message, Fields fields) {
  std::string line;
  append(line, format, "level", kLevels[level].name);
  append(line, format, "msg", one_line(without_secrets(message)));
  for (const Field& field : fields) {
    append(line, format, field.key, one_line(without_secrets(field.text)));
  }
  return line;
}

void debug(std::string_view message, Fields fields) { write(Level::debug, message, fields); }
void info(std::string_view message, Fields fields) { write(Level::info, message, fields); }
void warn(std::string_view message, Fields fields) { write(Level::warn, message, fields); }
void error(std::string_view message, Fields fields) { write(Level::error, message, fields); }

}  // namespace litellm_exporter::log
