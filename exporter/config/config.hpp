// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"
#include "base/duration.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "http/url.hpp"
#include "postgres/conninfo.hpp"
#include "series/switches.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm_exporter {

// Everything an operator can set, with its default. Built and checked by load_config alone, then
// shared as const: whoever uses it need not look whether an address is one or a database is there.
// The keys are those of the YAML file, section by section. Two that are equal ask for the same,
// secrets included.
struct Config {
  struct Web {
    Address listen_address{"127.0.0.1", 19400};
    std::string telemetry_path = "/metrics";
    // Origins whose pages may show /status in a frame.
    std::vector<std::string> frame_ancestors;
    // TLS, users and headers, as Prometheus' exporter-toolkit has them; empty: plain HTTP.
    std::string config_file;
    // Whether POST /-/reload is obeyed.
    bool enable_lifecycle = false;
    bool operator==(const Web&) const = default;
  } web;

  struct Log {
    log::Level level = log::Level::info;
    log::Format format = log::Format::logfmt;
    bool operator==(const Log&) const = default;
  } log;

  struct Storage {
    std::string path = "data";
    bool operator==(const Storage&) const = default;
  } storage;

  struct Database {
    postgres::Conninfo conninfo;
    // The file that the URL was read from and that may hold another by now: see
    // reread_database_url(). Empty where the URL was given itself.
    std::string url_file;
    Milliseconds poll_interval = std::chrono::seconds(15);
    Milliseconds statement_timeout = std::chrono::seconds(10);
    Milliseconds connect_timeout = std::chrono::seconds(5);
    bool operator==(const Database&) const = default;
  } database;

  // Exporters of one deployment, of which one counts and the others stand by.
  struct Cluster {
    // Of all of them, with or without this one; none: this exporter is alone.
    std::vector<http::Url> peers;
    // By which they know each other.
    Secret secret;
    std::string ca_file;
    bool insecure_skip_verify = false;
    bool operator==(const Cluster&) const = default;
  } cluster;

  struct SpendLog {
    // The spend log, what it lacks from the ledger, and what both lack from the daily sums; one of
    // them alone.
    enum class Source : std::uint8_t { automatic, log, ledger, daily };
    Source source = Source::automatic;
    Milliseconds window = std::chrono::minutes(15);
    Milliseconds sweep_window = std::chrono::hours(6);
    Milliseconds sweep_interval = std::chrono::minutes(5);
    bool operator==(const SpendLog&) const = default;
  } spend_log;

  struct Entities {
    Milliseconds poll_interval = std::chrono::seconds(60);
    // Aliases of users and end users are personal data.
    bool user_names = false;
    // Of end users without one: LiteLLM's max_end_user_budget_id.
    std::string end_user_budget_id;
    bool operator==(const Entities&) const = default;
  } entities;

  struct Litellm {
    // The proxies, each another.
    std::vector<http::Url> urls;
    Secret key;
    Milliseconds poll_interval = std::chrono::seconds(15);
    Milliseconds timeout = std::chrono::seconds(5);
    std::string ca_file;
    bool insecure_skip_verify = false;
    bool operator==(const Litellm&) const = default;
  } litellm;

  struct Collector {
    bool enabled = true;
    Milliseconds poll_interval{0};
    Milliseconds timeout{0};
    bool operator==(const Collector&) const = default;
  };
  // By name, one for each subject that exists.
  std::map<std::string, Collector> collectors;

  struct Limits {
    std::size_t series_per_family = 10'000;
    // Names that only failed requests have used: typing errors and scanners.
    std::size_t unverified_names = 100;
    std::size_t label_bytes = 200;
    bool operator==(const Limits&) const = default;
  } limits;

  FamilySwitches families;

  // Paths below the rows' metadata, their keys joined by dots, whose values become labels.
  std::vector<std::string> dimensions;

  // Upper bounds in seconds, ascending, without +Inf.
  struct Histograms {
    std::vector<double> request_duration_seconds = {
        0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600};
    std::vector<double> time_to_first_token_seconds = {0.05, 0.1, 0.25, 0.5, 0.75, 1,  1.5, 2,
                                                       3,    5,   7.5,  10,  20,   30, 60,  120};
    std::vector<double> time_per_output_token_seconds = {0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1,
                                                         0.15,  0.2,  0.3,  0.5,  1,    2.5};
    std::vector<double> overhead_seconds = {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    std::vector<double> guardrail_duration_seconds = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    // Few: there may be many deployments.
    std::vector<double> upstream_request_duration_seconds = {0.5, 1, 2, 5, 10, 30, 60, 180};
    bool operator==(const Histograms&) const = default;
  } histograms;

  struct Objectives {
    std::optional<double> availability_ratio;
    std::map<std::string, double> latency_seconds;
    std::optional<double> daily_spend_usd;
    bool operator==(const Objectives&) const = default;
  } objectives;
  bool operator==(const Config&) const = default;
};

}  // namespace litellm_exporter
