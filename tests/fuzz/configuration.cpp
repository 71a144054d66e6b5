// SPDX-License-Identifier: Apache-2.0
// The YAML file of the configuration: it is read, or refused in one line.
#include "config/load.hpp"
#include "fuzz.hpp"

#include <array>

using namespace litellm_exporter;
using fuzz::require;

namespace {

// One of each source.
constexpr std::array<SubjectInfo, 2> kSubjects = {
    {{.name = "keys", .summary = "", .source = Source::database},
     {.name = "proxies", .summary = "", .source = Source::proxy}}};

bool is_pace(Milliseconds interval) {
  return interval >= std::chrono::seconds(1) && interval <= std::chrono::days(1);
}

void check(const Config& config) {
  require(!config.database.conninfo.given.empty(), "there is a database");
  require(fuzz::is_clean(config.database.conninfo.described), "the database has a clean name");
  require(is_pace(config.database.poll_interval), "the log is polled at a pace");
  require(config.spend_log.window <= config.spend_log.sweep_window, "the sweep is the longer one");
  for (const auto& [name, collector] : config.collectors) {
    require(is_pace(collector.poll_interval), "a collector is polled at a pace");
    require(collector.timeout.count() > 0, "a collector has a timeout");
  }
  for (const http::Url& url : config.litellm.urls) {
    require(fuzz::is_clean(url.shown()), "a proxy has a clean label");
  }
  require(config.web.listen_address.port > 0, "there is a port");
  require(config.web.telemetry_path.starts_with('/'), "the page has a path");
  require(config.limits.series_per_family > 0, "a family may have series");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  Flags flags;
  flags.config_file = file.path();
  try {
    check(load_config(flags, kSubjects, [](const std::string&) { return std::nullopt; }));
  } catch (const ConfigError& e) {
    require(fuzz::is_clean(e.what()), "a refusal is one clean line");
  }
  return 0;
}
