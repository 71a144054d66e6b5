// SPDX-License-Identifier: Apache-2.0
#include "cli.hpp"

#include "version.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <map>
#include <sstream>
#include <vector>

namespace litellm_exporter {
namespace {

namespace po = boost::program_options;

constexpr const char* kIntroduction =
    "Usage: litellm-exporter [command] [flags]\n\n"
    "Prometheus exporter for LiteLLM: reads its PostgreSQL database and its health endpoints from\n"
    "outside and serves http://127.0.0.1:19400/metrics.\n\n"
    "Commands:\n"
    "  doctor   say on one screen what is wrong with the set-up and what to do; --json for\n"
    "           machines; exit code 1 if something must be mended\n"
    "  once     poll everything once, print the page and exit\n"
    "  healthcheck\n"
    "           ask the exporter that runs with the same configuration whether it serves; exit "
    "code\n"
    "           1 if it does not\n\n"
    "The environment gives what must be kept off the command line: DATABASE_URL,\n"
    "LITELLM_BASE_URL, LITELLM_MASTER_KEY; DATABASE_URL_FILE and LITELLM_MASTER_KEY_FILE name\n"
    "files that hold them. Flags win over the environment, the environment over the file.\n\n";

std::string version_text() {
  return fmt::format(
      "litellm-exporter, version {} (branch: {}, revision: {})\n  build date:  {}\n"
      "  compiler:    {}\n",
      kVersion, kBranch, kRevision, kBuildDate, __VERSION__);
}

// A value that is given again replaces the one before: the image's own flags come first.
using Texts = std::vector<std::string>;

std::optional<std::string> text_of(const po::variables_map& values, const char* name) {
  return values.count(name) == 0 ? std::nullopt
                                 : std::optional<std::string>{values[name].as<Texts>().back()};
}

Command command_of(const po::variables_map& values) {
  if (values.count("command") == 0) {
    return Command::serve;
  }
  const auto& name = values["command"].as<std::string>();
  const std::map<std::string, Command> commands = {
      {"doctor", Command::doctor}, {"healthcheck", Command::healthcheck}, {"once", Command::once}};
  if (const auto found = commands.find(name); found != commands.end()) {
    return found->second;
  }
  throw UsageError(fmt::format("unknown command '{}'; see --help", name));
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv, SubjectList subjects) {
  constexpr unsigned kWidth = 100;
  po::options_description options("Flags", kWidth);
  const auto text = [](const char* name) { return po::value<Texts>()->value_name(name); };
  auto add = options.add_options();
  add("help,h", "Show this help.");
  add("version", "Show the version.");
  add("config.file", text("FILE"), "YAML file with the configuration.");
  add("config.check", "Check the configuration and exit.");
  add("web.listen-address", text("ADDRESS"),
      "Address to listen on: host:port or :port (default 127.0.0.1:19400).");
  add("web.telemetry-path", text("PATH"), "Path of the metrics (default /metrics).");
  add("web.config.file", text("FILE"),
      "YAML file with TLS, users and headers of the web interface, as Prometheus' exporter-toolkit "
      "reads it; read again when it changes.");
  add("web.enable-lifecycle",
      "Reload the configuration at POST /-/reload, for whoever may read the metrics; SIGHUP always "
      "does.");
  add("storage.path", text("DIR"),
      "Directory for the state that makes counters survive restarts (default $STATE_DIRECTORY, "
      "else data).");
  add("log.level", text("LEVEL"), "One of debug, info, warn, error (default info).");
  add("log.format", text("FORMAT"), "One of logfmt, json (default logfmt).");
  po::options_description collectors("Collectors; --no-collector.NAME switches one off", kWidth);
  po::options_description negations;
  for (const SubjectInfo& subject : subjects) {
    const std::string name = "collector." + std::string{subject.name};
    const std::string help = fmt::format("Poll {} (default: {}).", subject.summary,
                                         subject.enabled ? "enabled" : "disabled");
    collectors.add_options()(name.c_str(), help.c_str());
    negations.add_options()(("no-" + name).c_str(), "");
  }
  po::options_description hidden;
  hidden.add_options()("json", "")("command", po::value<std::string>());
  po::positional_options_description position;
  position.add("command", 1);
  po::options_description all;
  all.add(options).add(collectors).add(negations).add(hidden);

  po::variables_map values;
  try {
    constexpr int kStyle = po::command_line_style::unix_style &
                           ~static_cast<int>(po::command_line_style::allow_guessing);
    po::store(
        po::command_line_parser(argc, argv).options(all).positional(position).style(kStyle).run(),
        values);
  } catch (const po::error& e) {
    throw UsageError(fmt::format("{}; see --help", e.what()));
  }
  CommandLine line;
  if (values.count("help") > 0) {
    std::ostringstream help;
    help << kIntroduction << options << "\n" << collectors;
    line.answer = help.str();
  } else if (values.count("version") > 0) {
    line.answer = version_text();
  }
  line.command = command_of(values);
  line.json = values.count("json") > 0;
  if (line.json && line.command != Command::doctor) {
    throw UsageError("--json is for doctor; see --help");
  }
  line.flags.config_file = text_of(values, "config.file").value_or("");
  line.flags.needs_database = line.command != Command::healthcheck;
  line.flags.check_only = values.count("config.check") > 0;
  line.flags.listen_address = text_of(values, "web.listen-address");
  line.flags.telemetry_path = text_of(values, "web.telemetry-path");
  line.flags.web_config_file = text_of(values, "web.config.file");
  line.flags.enable_lifecycle = values.count("web.enable-lifecycle") > 0;
  line.flags.log_level = text_of(values, "log.level");
  line.flags.log_format = text_of(values, "log.format");
  line.flags.storage_path = text_of(values, "storage.path");
  for (const SubjectInfo& subject : subjects) {
    const std::string name{subject.name};
    const bool on = values.count("collector." + name) > 0;
    const bool off = values.count("no-collector." + name) > 0;
    if (on && off) {
      throw UsageError(
          fmt::format("--collector.{0} and --no-collector.{0} exclude each other", name));
    }
    if (on || off) {
      line.flags.collectors[name] = on;
    }
  }
  return line;
}

}  // namespace litellm_exporter
