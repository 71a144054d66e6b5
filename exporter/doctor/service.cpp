// SPDX-License-Identifier: Apache-2.0
#include "doctor/service.hpp"

#include "base/program.hpp"
#include "config/environment.hpp"

#include <boost/program_options/parsers.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <unistd.h>

namespace litellm_exporter::doctor {
namespace {

constexpr const char* kUnit = "litellm-exporter.service";
// Its value is systemd's word for how the service is.
constexpr const char* kState = "LITELLM_EXPORTER_SERVICE";
// Seconds: for a word with systemd, and for all examinations.
constexpr unsigned kPatience = 30;
constexpr unsigned kLongest = 600;

// The unit file and its drop-ins; empty where the service is not installed.
std::string text_of_unit() {
  const ProgramResult result = run_program({"systemctl", "cat", "--no-pager", kUnit}, kPatience);
  return result.succeeded ? result.output : std::string{};
}

// For users whom systemd tells nothing where there is no message bus.
bool has_unit_file() {
  std::error_code error;
  return std::filesystem::exists(fmt::format("/usr/lib/systemd/system/{}", kUnit), error) ||
         std::filesystem::exists(fmt::format("/etc/systemd/system/{}", kUnit), error);
}

std::string state_of_service() {
  std::string state =
      run_program({"systemctl", "show", "--property=ActiveState", "--value", kUnit}, kPatience)
          .output;
  std::erase(state, '\n');
  return state;
}

bool systemd_runs() {
  std::error_code error;
  return std::filesystem::is_directory("/run/systemd/system", error);
}

// Nobody has said what to examine.
bool nothing_given(const Flags& flags) {
  return flags == Flags{} && !process_environment("DATABASE_URL") &&
         !process_environment("DATABASE_URL_FILE");
}

// The assignments of the section [Service], in their order; a line that ends with a backslash goes
// on in the next one.
std::vector<std::string> service_lines(const std::string& unit) {
  std::vector<std::string> found;
  std::string line;
  bool inside = false;
  for (std::size_t begin = 0; begin < unit.size();) {
    const std::size_t end = std::min(unit.find('\n', begin), unit.size());
    line += unit.substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\\')) {
      line.back() = ' ';
      continue;
    }
    if (line.starts_with('[')) {
      inside = line == "[Service]";
    } else if (inside && line.find('=') != std::string::npos && !line.starts_with('#') &&
               !line.starts_with(';')) {
      found.push_back(line);
    }
    line.clear();
  }
  return found;
}

// What is said of a daemon, not of a command that ends.
bool is_of_a_daemon(std::string_view line) {
  for (const std::string_view name : {"Exec", "Type=", "Restart", "Timeout", "RuntimeMax",
                                      "Watchdog", "Notify", "PIDFile=", "Remain", "Standard"}) {
    if (line.starts_with(name)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> command_as_service(const std::string& unit, const std::string& state,
                                            const std::string& report, bool json) {
  // A job of the manager's own: systemd-run waits for its end without a message bus, which minimal
  // systems lack.
  std::vector<std::string> command = {
      "systemd-run", "--quiet", "--collect", "--service-type=oneshot",
      fmt::format("--property=TimeoutStartSec={}", kLongest),
      fmt::format("--property=StandardOutput=file:{}", report),
      // Without User= that is the name of a dynamic user.
      "--property=User=litellm-exporter", fmt::format("--setenv={}={}", kState, state)};
  constexpr std::string_view kStart = "ExecStart=";
  std::string start;
  for (const std::string& line : service_lines(unit)) {
    if (line.starts_with(kStart)) {
      start = line.substr(kStart.size());
    } else if (!is_of_a_daemon(line)) {
      command.push_back(fmt::format("--property={}", line));
    }
  }
  // Marks of systemd before the program: how it is called.
  start.erase(0, start.find_first_not_of("@-:+! "));
  const std::vector<std::string> words = boost::program_options::split_unix(start);
  if (words.empty()) {
    return {};
  }
  command.insert(command.end(), words.begin(), words.end());
  command.emplace_back("doctor");
  if (json) {
    command.emplace_back("--json");
  }
  return command;
}

std::optional<int> examine_as_service(const Flags& flags, bool json, std::ostream& out) {
  if (::geteuid() != 0 || !nothing_given(flags) || process_environment(kState) || !systemd_runs()) {
    return std::nullopt;
  }
  const UnnamedFile report;
  const std::vector<std::string> command =
      command_as_service(text_of_unit(), state_of_service(), report.path(), json);
  if (command.empty()) {
    return std::nullopt;
  }
  const ProgramResult result = run_program(command, kLongest);
  const std::string text = report.text();
  // What systemd says where the doctor did not come to a word.
  out << (text.empty() ? result.errors : text);
  return result.succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}

void examine_service(Report& report) {
  const auto state = process_environment(kState);
  if (!state) {
    return;
  }
  const std::string message = fmt::format("{}: {}", kUnit, *state);
  if (*state == "active") {
    report.ok("service", message);
  } else if (*state == "inactive") {
    report.warning("service", message,
                   "mend what stands below, then systemctl enable --now litellm-exporter");
  } else {
    report.warning("service", message,
                   "mend what stands below, then systemctl restart litellm-exporter; its log: "
                   "journalctl --unit litellm-exporter");
  }
}

std::string ask_as_root(const Flags& flags) {
  return ::geteuid() != 0 && nothing_given(flags) && systemd_runs() && has_unit_file()
             ? fmt::format("ask as root (sudo litellm-exporter doctor), who may examine {}", kUnit)
             : std::string{};
}

}  // namespace litellm_exporter::doctor
