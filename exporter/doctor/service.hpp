// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"
#include "doctor/report.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

// The service of the Debian package, litellm-exporter.service. Its configuration, credentials and
// state are what systemd makes of the unit and its drop-ins, so systemd runs the doctor as well: as
// the service's user, in its sandbox, with its environment. What the doctor finds there the service
// finds, and nothing in the state directory ever belongs to root.
namespace litellm_exporter::doctor {

// The command that runs the doctor as `unit` runs the exporter. `unit` is the text of the unit
// file, and of the drop-ins behind it; `state` is systemd's word for how the service is; `report`
// is the file that the report goes to. Empty if the unit starts nothing.
std::vector<std::string> command_as_service(const std::string& unit, const std::string& state,
                                            const std::string& report, bool json);

// Prints the report of that command and returns its exit code, where root asks without flags or a
// database on a host that has the service. Nothing elsewhere. Throws FileError if the command
// cannot be run.
std::optional<int> examine_as_service(const Flags& flags, bool json, std::ostream& out);

// How the service is; nothing unless the doctor runs as the service.
void examine_service(Report& report);

// What to do where no database is given: empty, or that root would see the service's.
std::string ask_as_root(const Flags& flags);

}  // namespace litellm_exporter::doctor
