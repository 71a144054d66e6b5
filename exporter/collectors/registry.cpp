// SPDX-License-Identifier: Apache-2.0
#include "collectors/registry.hpp"

#include "base/log.hpp"
#include "collectors/proxies.hpp"
#include "collectors/table_reader.hpp"
#include "subjects/subjects.hpp"

#include <array>

namespace litellm_exporter {
namespace {

using namespace std::chrono_literals;
using Made = std::unique_ptr<Collector>;

struct Subject {
  SubjectInfo info;
  // What makes its collector; nothing if the configuration lacks what it needs.
  Made (*make)(const SubjectInfo&, const GaugeParts&);
};

template <TableReader::Read read>
Made reader(const SubjectInfo& about, const GaugeParts& parts) {
  return std::make_unique<TableReader>(about, parts, read);
}

// The probe replaces what the table says: one family cannot have two truths.
Made model_health(const SubjectInfo& about, const GaugeParts& parts) {
  const bool probed = parts.config.collectors.at("model_probe").enabled &&
                      parts.proxies.has_key() && !parts.proxies.urls().empty();
  return probed ? nullptr : reader<read_model_health>(about, parts);
}

Made prober(const SubjectInfo& about, const GaugeParts& parts) {
  return parts.proxies.urls().empty() ? nullptr : std::make_unique<ProxyCollector>(about, parts);
}

template <typename T>
Made with_key(const SubjectInfo& about, const GaugeParts& parts) {
  const bool possible = !parts.proxies.urls().empty() && parts.proxies.has_key();
  return possible ? std::make_unique<T>(about, parts) : nullptr;
}

constexpr bool kOff = false;
constexpr bool kOn = true;

constexpr std::array kSubjects = {
    Subject{{"keys", "budgets, rate limits, blocks and expiry of virtual keys", Source::database},
            reader<read_keys>},
    Subject{{"teams", "budgets, rate limits and blocks of teams", Source::database},
            reader<read_teams>},
    Subject{{"users", "budgets and rate limits of internal users", Source::database},
            reader<read_users>},
    Subject{{"organizations", "budgets and rate limits of organizations", Source::database},
            reader<read_organizations>},
    Subject{{"projects", "budgets, rate limits and blocks of projects", Source::database},
            reader<read_projects>},
    Subject{{"tags", "budgets of tags", Source::database}, reader<read_tags>},
    Subject{{"team_members", "budgets of members within their teams", Source::database},
            reader<read_team_members>},
    Subject{
        {"organization_members", "budgets of members within their organizations", Source::database},
        reader<read_organization_members>},
    Subject{{"end_users",
             "budgets and blocks of end users, up to limits.series_per_family",
             Source::database,
             kOff,
             {},
             {},
             &Config::Families::end_users},
            reader<read_end_users>},
    // Reads the month's rows, which may be a million.
    Subject{{"spend", "spend of the day and the month to date, from the daily tables",
             Source::database, kOn, 5min},
            reader<read_spend>},
    Subject{{"audit", "the last complete day in the spend log and in the daily tables",
             Source::database, kOn, 1h, 1min},
            reader<read_audit>},
    Subject{{"spend_log_table", "size, oldest row and estimated rows of the spend log",
             Source::database, kOn, 5min},
            reader<read_spend_log_table>},
    Subject{
        {"model_health", "model health as LiteLLM's background checks stored it", Source::database},
        model_health},
    Subject{{"proxies", "liveness, readiness, version and requests in flight of each proxy",
             Source::proxy},
            prober},
    Subject{{"model_names", "names of model ids, with litellm.key", Source::proxy, kOn, 5min, 10s},
            with_key<ModelNameCollector>},
    Subject{{"model_probe",
             "GET /health, which calls every model and costs money; instead of "
             "model_health",
             Source::proxy, kOff, 5min, 2min},
            with_key<ModelProbeCollector>},
};

constexpr auto kInfos = [] {
  std::array<SubjectInfo, kSubjects.size()> infos{};
  for (std::size_t i = 0; i < infos.size(); ++i) {
    infos[i] = kSubjects[i].info;
  }
  return infos;
}();

}  // namespace

SubjectList subjects() { return kInfos; }

std::vector<Made> make_collectors(Source source, const GaugeParts& parts) {
  std::vector<Made> made;
  for (const Subject& subject : kSubjects) {
    if (subject.info.source == source &&
        parts.config.collectors.at(std::string{subject.info.name}).enabled) {
      if (Made collector = subject.make(subject.info, parts)) {
        made.push_back(std::move(collector));
      } else if (!subject.info.enabled) {
        // Only what was asked for is missed.
        log::warn("this collector was asked for, but it needs litellm.urls and litellm.key",
                  {{"collector", subject.info.name}});
      }
    }
  }
  return made;
}

}  // namespace litellm_exporter
