// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "base/output.hpp"
#include "collectors/registry.hpp"
#include "doctor/examine.hpp"
#include "doctor/service.hpp"

#include <cstdlib>
#include <optional>

namespace litellm_exporter::doctor {
namespace {

std::optional<Config> examine_configuration(const Flags& flags, Report& report) {
  const std::string from = flags.config_file.empty() ? "flags and environment" : flags.config_file;
  try {
    Config config = load_config(flags, subjects());
    report.ok("configuration", from + ": valid");
    return config;
  } catch (const ConfigError& e) {
    const std::string root = ask_as_root(flags);
    report.failure("configuration", e.what(),
                   root.empty()
                       ? "mend it and check it with --config.check; nothing else was examined"
                       : root);
    return std::nullopt;
  }
}

}  // namespace

int run(const Flags& flags, bool json, std::ostream& out) {
  check_standard_output();
  if (const auto code = examine_as_service(flags, json, out)) {
    finish_output(out);
    return *code;
  }
  Report report;
  examine_service(report);
  if (const auto config = examine_configuration(flags, report)) {
    // The report holds everything that the parts would log.
    log::set_up(log::Level::error, log::Format::logfmt);
    examine_database(*config, report);
    examine_proxies(*config, report);
    examine_cluster(*config, report);
    examine_host(*config, report);
    examine_storage(*config, report);
    examine_collectors(*config, report);
  }
  json ? report.print_json(out) : report.print(out);
  finish_output(out);
  return report.count(Level::failure) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace litellm_exporter::doctor
