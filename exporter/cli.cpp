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

constexpr unsigned kWidth = 100;
constexpr const char* kIntroduction =
    "Usage: litellm-exporter [command] [flags]\n\n"
    "Prometheus exporter for LiteLLM: reads its PostgreSQL database and its health endpoints from\n"
    "outside and serves http://127.0.0.1:19400/metrics.\n\n"
    "Commands:\n"
    "  doctor   say on one screen what is wrong with the set-up and what to do; --json for\n"
    "           machines; exit code 1 if something must be mended; as root without flags it "
    "examines\n"
    "           litellm-exporter.service if that is installed\n"
    "  once     poll everything once, print the page and exit\n"
    "  healthcheck\n"
    "           ask the exporter that runs with the same configuration whether it serves; exit "
    "code\n"
    "           1 if it does not\n\n"
    "The environment gives what must be kept off the command line: DATABASE_URL,\n"
    "LITELLM_BASE_URL, LITELLM_MASTER_KEY, LITELLM_EXPORTER_PEERS and\n"
    "LITELLM_EXPORTER_CLUSTER_SECRET; the same names with _FILE give files that hold the secrets.\n"
    "Flags win over the environment, the environment over the file.\n\n";

std::string version_text() {
  return fmt::format(
      "litellm-exporter, version {} (branch: {}, revision: {})\n  build date:  {}\n"
      "  compiler:    {}\n",
      kVersion, kBranch, kRevision, kBuildDate, __VERSION__);
}

// The flags that are the same for every set of subjects. Each writes into `line` when the words
// are read, so `line` outlives the options.
po::options_description options_for(CommandLine& line) {
  po::options_description options("Flags", kWidth);
  // A text that is given again replaces the one before: the image's own flags come first.
  const auto text = [](const char* name, auto& target) {
    using Texts = std::vector<std::string>;
    return po::value<Texts>()->value_name(name)->notifier(
        [&target](const Texts& given) { target = given.back(); });
  };
  Flags& flags = line.flags;
  auto add = options.add_options();
  add("help,h", "Show this help.");
  add("version", "Show the version.");
  add("config.file", text("FILE", flags.config_file), "YAML file with the configuration.");
  add("config.check", po::bool_switch(&line.check_only), "Check the configuration and exit.");
  add("web.listen-address", text("ADDRESS", flags.listen_address),
      "Address to listen on: host:port or :port (default 127.0.0.1:19400).");
  add("web.telemetry-path", text("PATH", flags.telemetry_path),
      "Path of the metrics (default /metrics).");
  add("web.config.file", text("FILE", flags.web_config_file),
      "YAML file with TLS, users and headers of the web interface, as Prometheus' exporter-toolkit "
      "reads it; read again when it changes.");
  add("web.enable-lifecycle", po::bool_switch(&flags.enable_lifecycle),
      "Reload the configuration at POST /-/reload, for whoever may read the metrics; SIGHUP always "
      "does.");
  add("storage.path", text("DIR", flags.storage_path),
      "Directory for the state that makes counters survive restarts (default $STATE_DIRECTORY, "
      "else data).");
  add("log.level", text("LEVEL", flags.log_level),
      "One of debug, info, warn, error (default info).");
  add("log.format", text("FORMAT", flags.log_format), "One of logfmt, json (default logfmt).");
  return options;
}

std::string flag_of(const SubjectInfo& subject) { return "collector." + std::string{subject.name}; }

po::options_description options_for(SubjectList subjects) {
  po::options_description options("Collectors; --no-collector.NAME switches one off", kWidth);
  for (const SubjectInfo& subject : subjects) {
    const std::string help = fmt::format("Poll {} (default: {}).", subject.summary,
                                         subject.enabled ? "enabled" : "disabled");
    options.add_options()(flag_of(subject).c_str(), help.c_str());
  }
  return options;
}

// The options that --help does not list.
po::options_description hidden_options(CommandLine& line, SubjectList subjects) {
  po::options_description options;
  options.add_options()("command", po::value<std::string>());
  options.add_options()("json", po::bool_switch(&line.json));
  for (const SubjectInfo& subject : subjects) {
    options.add_options()(("no-" + flag_of(subject)).c_str(), "");
  }
  return options;
}

po::variables_map read_words(int argc, const char* const* argv,
                             const po::options_description& options) {
  po::positional_options_description position;
  position.add("command", 1);
  constexpr int kStyle = po::command_line_style::unix_style &
                         ~static_cast<int>(po::command_line_style::allow_guessing);
  po::variables_map values;
  try {
    po::store(po::command_line_parser(argc, argv)
                  .options(options)
                  .positional(position)
                  .style(kStyle)
                  .run(),
              values);
    po::notify(values);
  } catch (const po::error& e) {
    throw UsageError(fmt::format("{}; see --help", e.what()));
  }
  return values;
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

std::map<std::string, bool> collectors_of(const po::variables_map& values, SubjectList subjects) {
  std::map<std::string, bool> collectors;
  for (const SubjectInfo& subject : subjects) {
    const std::string flag = flag_of(subject);
    const bool on = values.count(flag) > 0;
    const bool off = values.count("no-" + flag) > 0;
    if (on && off) {
      throw UsageError(fmt::format("--{0} and --no-{0} exclude each other", flag));
    }
    if (on || off) {
      collectors.emplace(subject.name, on);
    }
  }
  return collectors;
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv, SubjectList subjects) {
  CommandLine line;
  const po::options_description options = options_for(line);
  const po::options_description collectors = options_for(subjects);
  po::options_description all;
  all.add(options).add(collectors).add(hidden_options(line, subjects));
  const po::variables_map values = read_words(argc, argv, all);
  line.command = command_of(values);
  if (line.json && line.command != Command::doctor) {
    throw UsageError("--json is for doctor; see --help");
  }
  line.flags.collectors = collectors_of(values, subjects);
  if (values.count("help") > 0) {
    std::ostringstream help;
    help << kIntroduction << options << "\n" << collectors;
    line.answer = help.str();
  } else if (values.count("version") > 0) {
    line.answer = version_text();
  }
  return line;
}

}  // namespace litellm_exporter
