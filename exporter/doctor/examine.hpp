// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/load.hpp"
#include "doctor/report.hpp"

#include <ostream>

// The examinations, each in a file of its name. They add findings and throw nothing for what they
// find; each wait has the deadlines of the configuration.
namespace litellm_exporter::doctor {

// Server, encryption, clock, standby; rights, schema, index, size, signs of a switched-off log.
void examine_database(const Config& config, Report& report);
// Each proxy and the key.
void examine_proxies(const Config& config, Report& report);
// The exporters of which one counts; nothing where this one is alone.
void examine_cluster(const Config& config, Report& report);
// Web interface and port.
void examine_host(const Config& config, Report& report);
// State directory. Leaves nothing behind there.
void examine_storage(const Config& config, Report& report);
// The first poll of every collector, and the page that comes of it.
void examine_collectors(const Config& config, Report& report);

// All of it. Returns the exit code: 1 if something must be mended. Throws FileError if the report
// cannot be written.
int run(const Flags& flags, bool json, std::ostream& out);

}  // namespace litellm_exporter::doctor
