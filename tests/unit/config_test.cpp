// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "collectors/registry.hpp"
#include "config/load.hpp"
#include "config/secret_sources.hpp"
#include "config/secret_text.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <unistd.h>

using namespace litellm_exporter;

namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>{found->second};
  };
}

const Variables kDatabase = {{"DATABASE_URL", "postgresql://db/x"}};

Config load(const std::string& file, Variables variables = kDatabase) {
  Flags flags;
  flags.config_file = file;
  return load_config(flags, subjects(), environment(std::move(variables)));
}

std::string refusal(const Flags& flags, Variables variables) {
  try {
    static_cast<void>(load_config(flags, subjects(), environment(std::move(variables))));
    return "accepted";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

std::vector<std::string> shown(const std::vector<http::Url>& urls) {
  std::vector<std::string> texts;
  for (const http::Url& url : urls) {
    texts.push_back(url.shown());
  }
  return texts;
}

std::vector<std::filesystem::path> corpus(const std::string& ending) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(CONFIG_CORPUS)) {
    if (entry.path().string().ends_with(ending)) {
      files.push_back(entry.path());
    }
  }
  REQUIRE(!files.empty());
  return files;
}

}  // namespace

TEST_CASE("good files are accepted") {
  for (const auto& file : corpus(".good.yml")) {
    CHECK_NOTHROW_MESSAGE(load(file.string()), file.filename().string());
  }
}

TEST_CASE("bad files are refused with file, line, key and reason") {
  for (const auto& file : corpus(".bad.yml")) {
    const std::string text = read_file(file.string(), 1 << 20);
    const std::string marker = "# expect: ";
    REQUIRE(text.starts_with(marker));
    const std::string expected =
        file.string() + ":" + text.substr(marker.size(), text.find('\n') - marker.size());
    Flags flags;
    flags.config_file = file.string();
    CHECK(refusal(flags, kDatabase) == expected);
  }
}

TEST_CASE("exporters of a cluster know each other by a secret, and are few") {
  const auto with = [](Variables variables) {
    variables.insert(kDatabase.begin(), kDatabase.end());
    return refusal(Flags{}, std::move(variables));
  };
  const char* kPeers = "LITELLM_EXPORTER_PEERS";
  const char* kSecret = "LITELLM_EXPORTER_CLUSTER_SECRET";
  CHECK(with({{kPeers, "http://a:1, http://b:1"}, {kSecret, "s"}}) == "accepted");
  CHECK(with({{kSecret, "s"}}) == "accepted");
  CHECK(with({{kPeers, "http://a:1"}}).starts_with("no secret for cluster.peers: set "));
  CHECK(with({{kPeers, "http://a,http://b,http://c,http://d,http://e"}, {kSecret, "s"}}) ==
        "cluster.peers: at most four exporters");
}

TEST_CASE("the example documents every key, works as it is and holds the defaults") {
  const auto keys_of = [](const std::string& path) {
    std::set<std::string> keys;
    for (const auto& section : YAML::LoadFile(path)) {
      if (section.second.IsSequence()) {
        keys.insert(section.first.as<std::string>());
        continue;
      }
      for (const auto& entry : section.second) {
        keys.insert(section.first.as<std::string>() + "." + entry.first.as<std::string>());
      }
    }
    return keys;
  };
  std::set<std::string> expected = keys_of(std::string{CONFIG_CORPUS} + "/everything.good.yml");
  expected.insert({"cluster.secret_file", "database.url_file", "litellm.key_file"});
  CHECK(keys_of(EXAMPLE_CONFIG) == expected);
  const Config example = load(EXAMPLE_CONFIG);
  const Config defaults = load("");
  CHECK(example.database.poll_interval == defaults.database.poll_interval);
  CHECK(example.database.statement_timeout == defaults.database.statement_timeout);
  CHECK(example.database.connect_timeout == defaults.database.connect_timeout);
  CHECK(example.spend_log.window == defaults.spend_log.window);
  CHECK(example.spend_log.sweep_window == defaults.spend_log.sweep_window);
  CHECK(example.spend_log.sweep_interval == defaults.spend_log.sweep_interval);
  CHECK(example.entities.poll_interval == defaults.entities.poll_interval);
  CHECK(example.litellm.poll_interval == defaults.litellm.poll_interval);
  CHECK(example.litellm.timeout == defaults.litellm.timeout);
  CHECK(example.limits.series_per_family == defaults.limits.series_per_family);
  CHECK(example.limits.unverified_names == defaults.limits.unverified_names);
  CHECK(example.limits.label_bytes == defaults.limits.label_bytes);
  CHECK(example.histograms == defaults.histograms);
  CHECK(example.families == defaults.families);
  CHECK(example.dimensions == defaults.dimensions);
  CHECK(example.web.listen_address == defaults.web.listen_address);
  CHECK(example.storage.path == defaults.storage.path);
  CHECK(example.entities.user_names == defaults.entities.user_names);
  CHECK(example.entities.end_user_budget_id == defaults.entities.end_user_budget_id);
  CHECK(example.litellm.ca_file == defaults.litellm.ca_file);
  CHECK(example.litellm.insecure_skip_verify == defaults.litellm.insecure_skip_verify);
  for (const auto& entry : defaults.collectors) {
    INFO(entry.first);
    const Config::Collector& shown = example.collectors.at(entry.first);
    CHECK(shown.enabled == entry.second.enabled);
    CHECK(shown.poll_interval == entry.second.poll_interval);
    CHECK(shown.timeout == entry.second.timeout);
  }
}

TEST_CASE("the reference names every collector with its defaults") {
  const std::string page = read_file(CONFIGURATION, 1 << 20);
  for (const SubjectInfo& subject : subjects()) {
    std::string row = "| `" + std::string{subject.name} + "` | " + (subject.enabled ? "on" : "off");
    row += " | " + (subject.interval.count() == 0 ? "" : format_duration(subject.interval)) +
           " | " + std::string{subject.summary} + " |";
    CHECK_MESSAGE(page.find(row) != std::string::npos, row);
  }
}

TEST_CASE("a collector has its own pace, or the shared one of its source") {
  Variables variables = kDatabase;
  variables["LITELLM_BASE_URL"] = "http://a:1";
  const Config config = load("", variables);
  CHECK(config.collectors.at("keys").poll_interval == std::chrono::seconds(60));
  CHECK(config.collectors.at("keys").timeout == std::chrono::seconds(10));
  CHECK(config.collectors.at("proxies").poll_interval == std::chrono::seconds(15));
  CHECK(config.collectors.at("proxies").timeout == std::chrono::seconds(5));
  CHECK(config.collectors.at("audit").poll_interval == std::chrono::hours(1));
  CHECK(!config.collectors.at("model_probe").enabled);
  Flags flags;
  flags.collectors = {{"keys", false}, {"model_probe", true}};
  const Config flagged = load_config(flags, subjects(), environment(variables));
  CHECK(!flagged.collectors.at("keys").enabled);
  CHECK(flagged.collectors.at("model_probe").enabled);
}

TEST_CASE("the later source wins: file, environment, flags") {
  const std::string file = std::string{CONFIG_CORPUS} + "/everything.good.yml";
  CHECK(load(file, {}).database.conninfo.given.reveal() == "postgresql://from-file/litellm");
  CHECK(load(file).database.conninfo.given.reveal() == "postgresql://db/x");
  CHECK(load(file).storage.path == "/var/lib/somewhere");
  CHECK(load(file, {{"STATE_DIRECTORY", "/var/lib/unit"}}).storage.path == "/var/lib/somewhere");
  Flags flags;
  flags.config_file = file;
  flags.storage_path = "elsewhere";
  flags.log_level = "debug";
  const Config config = load_config(flags, subjects(), environment(kDatabase));
  CHECK(config.storage.path == "elsewhere");
  CHECK(config.log.level == log::Level::debug);
}

TEST_CASE("only a database is needed") {
  const Config config = load("", kDatabase);
  CHECK(config.web.listen_address == Address{"127.0.0.1", 19400});
  CHECK(config.database.poll_interval == std::chrono::seconds(15));
  CHECK(load("", {{"DATABASE_URL", "host=db"}, {"STATE_DIRECTORY", "/s"}}).storage.path == "/s");
  CHECK(refusal({}, {}).find("DATABASE_URL") != std::string::npos);
}

TEST_CASE(
    "a command that asks the exporter needs no database, but a configuration without mistakes") {
  Flags flags;
  flags.listen_address = ":9";
  CHECK(load_web_section(flags, subjects(), environment({})).listen_address == Address{"", 9});
  CHECK_THROWS_AS(load_web_section({}, subjects(), environment({{"DATABASE_URL", "nonsense"}})),
                  ConfigError);
}

TEST_CASE("configurations that say the same are equal") {
  const std::string file = std::string{CONFIG_CORPUS} + "/everything.good.yml";
  CHECK(load(file) == load(file));
  CHECK(load(file) != load(file, {{"DATABASE_URL", "postgresql://db/y"}}));
}

TEST_CASE("the log hides every secret from the moment it is read") {
  static_cast<void>(load("", {{"DATABASE_URL", "postgresql://me:p%40rsley@db/x"},
                              {"LITELLM_MASTER_KEY", "sk-rosemary"}}));
  CHECK(log::render(log::Format::logfmt, log::Level::info, "p@rsley p%40rsley sk-rosemary", {}) ==
        "level=info msg=\"<secret> p%40rsley <secret>\"");
  CHECK(log::render(log::Format::logfmt, log::Level::info, "postgresql://me:p%40rsley@db/x", {}) ==
        "level=info msg=<secret>");
}

TEST_CASE("every key of the file reaches the configuration") {
  const Config config = load(std::string{CONFIG_CORPUS} + "/everything.good.yml", {});
  CHECK(config.web.listen_address == Address{"", 9});
  CHECK(config.web.telemetry_path == "/m");
  CHECK(config.web.enable_lifecycle);
  CHECK(config.web.frame_ancestors == std::vector<std::string>{"https://www.example.org"});
  CHECK(config.log.level == log::Level::warn);
  CHECK(config.log.format == log::Format::json);
  CHECK(config.database.poll_interval == std::chrono::seconds(20));
  CHECK(config.database.statement_timeout == std::chrono::seconds(21));
  CHECK(config.database.connect_timeout == std::chrono::seconds(22));
  CHECK(config.spend_log.window == std::chrono::minutes(23));
  CHECK(config.spend_log.sweep_window == std::chrono::hours(24));
  CHECK(config.spend_log.sweep_interval == std::chrono::minutes(25));
  CHECK(config.entities.poll_interval == std::chrono::seconds(26));
  CHECK(shown(config.litellm.urls) == std::vector<std::string>{"http://a:1", "https://b"});
  CHECK(config.litellm.key.reveal() == "sk-from-file");
  CHECK(config.litellm.poll_interval == std::chrono::seconds(27));
  CHECK(config.litellm.timeout == std::chrono::seconds(28));
  CHECK(config.litellm.insecure_skip_verify);
  CHECK(config.entities.user_names);
  CHECK(config.entities.end_user_budget_id == "tier");
  CHECK(!config.collectors.at("keys").enabled);
  CHECK(config.collectors.at("keys").poll_interval == std::chrono::seconds(32));
  CHECK(config.collectors.at("keys").timeout == std::chrono::seconds(33));
  CHECK(config.collectors.at("end_users").enabled);
  CHECK(config.collectors.at("teams").poll_interval == std::chrono::seconds(26));
  CHECK(config.collectors.at("proxies").poll_interval == std::chrono::seconds(34));
  CHECK(config.limits.series_per_family == 29);
  CHECK(config.limits.unverified_names == 30);
  CHECK(config.limits.label_bytes == 131);
  CHECK(!config.families.teams);
  CHECK(!config.families.keys);
  CHECK(!config.families.tags);
  CHECK(config.families.users);
  CHECK(config.families.end_users);
  CHECK(!config.families.guardrails);
  CHECK(!config.families.mcp_tools);
  CHECK(!config.families.media_tokens);
  CHECK(!config.families.costs);
  CHECK(!config.families.overhead);
  CHECK(!config.families.fallbacks);
  CHECK(!config.families.client_disconnects);
  CHECK(!config.families.internal_calls);
  CHECK(!config.families.service_tiers);
  CHECK(!config.families.routes);
  CHECK(!config.families.health_probes);
  CHECK(!config.families.gateway);
  CHECK(!config.families.deployments);
  CHECK(!config.families.organizations);
  CHECK(!config.families.projects);
  CHECK(!config.families.agents);
  CHECK(config.dimensions ==
        std::vector<std::string>{"spend_logs_metadata.customer", "requester_metadata.feature-2"});
  CHECK(config.histograms.request_duration_seconds == std::vector<double>{1, 2});
  CHECK(config.histograms.time_to_first_token_seconds == std::vector<double>{3});
  CHECK(config.histograms.time_per_output_token_seconds == std::vector<double>{0.5});
  CHECK(config.histograms.overhead_seconds == std::vector<double>{4});
  CHECK(config.histograms.guardrail_duration_seconds == std::vector<double>{5, 6});
  CHECK(config.histograms.upstream_request_duration_seconds == std::vector<double>{7});
  CHECK(config.objectives.availability_ratio == 0.9);
  CHECK(config.objectives.latency_seconds ==
        std::map<std::string, double>{{"default", 5}, {"m", 6}});
  CHECK(config.objectives.daily_spend_usd == 7);
}

TEST_CASE("values of the environment and of flags are checked as well") {
  for (const auto& [name, value] : Variables{{"DATABASE_URL", "postgresql://a:b@c@d/e"},
                                             {"LITELLM_BASE_URL", "ftp://x"},
                                             {"LITELLM_MASTER_KEY", "sk-one two"},
                                             {"LITELLM_MASTER_KEY_FILE", "/does/not/exist"}}) {
    Variables variables = kDatabase;
    variables[name] = value;
    CHECK(refusal({}, variables).starts_with(name + ": "));
  }
  for (const char* secret : {"postgresql://me:orchid@db/x", "sk-orchid"}) {
    CHECK(refusal({}, {{"DATABASE_URL_FILE", secret}}) ==
          "DATABASE_URL_FILE: expected the name of a file, not the secret itself");
  }
  CHECK(refusal({}, {{"DATABASE_URL_FILE", "/dev/null"}}) ==
        "DATABASE_URL_FILE: cannot read the secret: /dev/null: is empty");
  Flags flags;
  flags.log_format = "xml";
  CHECK(refusal(flags, kDatabase) == "--log.format: expected logfmt or json");
}

TEST_CASE("several proxies come as a list") {
  const Config config =
      load("", {{"DATABASE_URL", "host=db"}, {"LITELLM_BASE_URL", "http://a:1, https://b/x"}});
  CHECK(shown(config.litellm.urls) == std::vector<std::string>{"http://a:1", "https://b/x"});
}

TEST_CASE("what stands around a secret is taken away") {
  const std::string url = "postgresql://u:orchid@h/d";
  for (const char* form :
       {"@", " @ ", "@\n", "@\r\n", "\t@\r\n\r\n", "\xEF\xBB\xBF@", "\"@\"", "'@'", " '@' \n",
        "\" @ \"", "DATABASE_URL=@", "DATABASE_URL = @", "export DATABASE_URL=@",
        "DATABASE_URL=\"@\"\r\n", "export DATABASE_URL='@'", "'DATABASE_URL=@'",
        "\xEF\xBB\xBF"
        "DATABASE_URL=@"}) {
    INFO(form);
    std::string text = form;
    text.replace(text.find('@'), 1, url);
    CHECK(clean_secret(text) == url);
  }
  for (const char* text : {"", " \r\n", "\"\"", "' '", "DATABASE_URL="}) {
    CHECK(clean_secret(text).empty());
  }
  for (const char* text : {"host=h password='a b'", "sk-AAAA==", "pa$word"}) {
    CHECK(clean_secret(text) == text);
  }
}

TEST_CASE("what cannot be meant is named and not quoted") {
  const auto reason = [](const std::string& text) -> std::string {
    try {
      static_cast<void>(clean_secret(text));
      return "accepted";
    } catch (const ConfigError& e) {
      return e.what();
    }
  };
  const std::string unfilled =
      "holds a variable or template that nobody filled in, such as ${NAME}";
  for (const char* text : {"${DATABASE_URL}", "$DATABASE_URL", "$(cat /run/secrets/orchid)",
                           "postgresql://u:${ORCHID}@h/d", "{{ orchid }}", "%DATABASE_URL%",
                           "os.environ/LITELLM_MASTER_KEY"}) {
    CHECK_MESSAGE(reason(text) == unfilled, text);
  }
  CHECK(reason("sk-one\nsk-two") == "holds several lines; expected one");
  CHECK(reason("sk-one\rsk-two") == "holds several lines; expected one");
  CHECK(reason("sk-\x1B[0m") == "holds a control character");
  CHECK(reason(std::string("s\0k", 3)) == "holds a zero byte; expected UTF-8 text");
  for (const char* text : {"\"sk-1", "sk-1\"", "'sk-1", "sk-1'", "\"sk-1'", "\""}) {
    CHECK_MESSAGE(reason(text) == "has a quotation mark at one end only", text);
  }
}

TEST_CASE("secrets and addresses are cleaned wherever they come from") {
  const std::string file = std::string{"/tmp/config-test-"} + std::to_string(::getpid());
  std::ofstream(file) << "export DATABASE_URL=\"postgresql://u:orchid@h/d\"\r\n";
  const Config from_file = load("", {{"DATABASE_URL_FILE", "'" + file + "'\n"}});
  CHECK(from_file.database.conninfo.given.reveal() == "postgresql://u:orchid@h/d");
  CHECK(from_file.database.url_file == file);
  std::ofstream(file) << "postgresql://u:rotated@h/d";
  CHECK(reread_database_url(file).given.reveal() == "postgresql://u:rotated@h/d");
  std::ofstream(file) << "postgresql://u:or@chid@h/d";
  CHECK_THROWS_AS(reread_database_url(file), ConfigError);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(reread_database_url(file), ConfigError);
  const Config config = load("", {{"DATABASE_URL", "\"postgresql://u:orchid@h/d\""},
                                  {"LITELLM_MASTER_KEY", "LITELLM_MASTER_KEY='sk-1'\r"},
                                  {"LITELLM_BASE_URL", "\"http://a:1, 'http://b:2' ,\"\n"}});
  CHECK(config.database.conninfo.given.reveal() == "postgresql://u:orchid@h/d");
  CHECK(config.database.url_file.empty());
  CHECK(config.litellm.key.reveal() == "sk-1");
  CHECK(shown(config.litellm.urls) == std::vector<std::string>{"http://a:1", "http://b:2"});
  CHECK(
      refusal({}, {{"DATABASE_URL", "${DATABASE_URL}"}}).starts_with("DATABASE_URL: holds a var"));
  CHECK(refusal({}, {{"DATABASE_URL", "\"\""}}).starts_with("no database: "));
}
