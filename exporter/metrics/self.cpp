// SPDX-License-Identifier: Apache-2.0
#include "metrics/self.hpp"

#include "base/enum_array.hpp"
#include "base/text.hpp"
#include "metrics/family.hpp"
#include "metrics/process.hpp"
#include "version.hpp"

namespace litellm_exporter {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

void add_build(std::vector<MetricFamily>& families) {
  auto build =
      make_family("litellm_exporter_build_info",
                  "A metric with a constant '1' value labeled by version, revision, branch "
                  "and compiler of the exporter.",
                  MetricType::Gauge);
  add_sample(build, 1,
             {{"version", kVersion},
              {"revision", kRevision},
              {"branch", kBranch},
              {"compiler", __VERSION__}});
  families.push_back(std::move(build));
}

void add_collectors(std::vector<MetricFamily>& families, const SelfView& view) {
  auto up = make_family("litellm_exporter_database_up",
                        "1 if the database answered the last poll, else 0.", MetricType::Gauge);
  add_sample(up, view.database_up ? 1 : 0);
  auto success =
      make_family("litellm_exporter_collector_success",
                  "1 if the collector's last poll succeeded, else 0.", MetricType::Gauge);
  auto duration = make_family("litellm_exporter_collector_duration_seconds",
                              "How long the collector's last poll took.", MetricType::Gauge);
  auto last = make_family("litellm_exporter_collector_last_success_timestamp_seconds",
                          "When the collector's last successful poll ended.", MetricType::Gauge);
  auto polls =
      make_family("litellm_exporter_polls_total", "Polls by collector.", MetricType::Counter);
  auto failures = make_family("litellm_exporter_poll_failures_total",
                              "Failed polls by collector and reason.", MetricType::Counter);
  auto gaps =
      make_family("litellm_exporter_schema_gaps",
                  "Tables and columns that the collector does without, because this LiteLLM "
                  "does not have them or the role may not read them.",
                  MetricType::Gauge);
  for (const CollectorStatus& status : view.collectors) {
    const LabelPairs collector = {{"collector", status.name}};
    add_sample(success, status.success ? 1 : 0, collector);
    add_sample(duration, status.duration_seconds, collector);
    if (status.last_success) {
      add_sample(last, unix_seconds(*status.last_success), collector);
    }
    add_sample(gaps, static_cast<double>(status.gaps), collector);
    add_sample(polls, static_cast<double>(status.polls), collector);
    for (const Reason reason : kEnumerators<Reason>) {
      add_sample(failures, static_cast<double>(status.failures[reason]),
                 {{"collector", status.name}, {"reason", std::string{name_of(reason)}}});
    }
  }
  for (MetricFamily* family : {&up, &success, &duration, &last, &polls, &failures, &gaps}) {
    families.push_back(std::move(*family));
  }
}

void add_reload(std::vector<MetricFamily>& families, const ReloadStatus& reload) {
  auto successful =
      make_family("litellm_exporter_config_last_reload_successful",
                  "1 if the configuration in force is what the file says, 0 if the last reload was "
                  "refused.",
                  MetricType::Gauge);
  add_sample(successful, reload.successful ? 1 : 0);
  families.push_back(std::move(successful));
  auto last = make_family("litellm_exporter_config_last_reload_success_timestamp_seconds",
                          "When the configuration in force was loaded.", MetricType::Gauge);
  add_sample(last, unix_seconds(reload.last_success));
  families.push_back(std::move(last));
}

void add_objectives(std::vector<MetricFamily>& families, const Config::Objectives& objectives) {
  auto availability = make_family("litellm_objective_availability_ratio",
                                  "Share of requests that should succeed, from the configuration.",
                                  MetricType::Gauge);
  if (objectives.availability_ratio) {
    add_sample(availability, *objectives.availability_ratio);
  }
  auto latency = make_family("litellm_objective_latency_seconds",
                             "Duration that requests to a model should not exceed, from the "
                             "configuration; model default holds for all others.",
                             MetricType::Gauge);
  for (const auto& [model, seconds] : objectives.latency_seconds) {
    constexpr std::size_t kLongest = 200;
    add_sample(latency, seconds, {{"model", clean_label(model, kLongest)}});
  }
  auto spend =
      make_family("litellm_objective_daily_spend_usd",
                  "Spend that a day should not exceed, from the configuration.", MetricType::Gauge);
  if (objectives.daily_spend_usd) {
    add_sample(spend, *objectives.daily_spend_usd);
  }
  for (MetricFamily* family : {&availability, &latency, &spend}) {
    families.push_back(std::move(*family));
  }
}

void add_cluster(std::vector<MetricFamily>& families, const ClusterView& cluster) {
  auto active =
      make_family("litellm_exporter_active",
                  "1 if this exporter shows what is counted, 0 if it stands by for another "
                  "or is about to take over.",
                  MetricType::Gauge);
  add_sample(active, cluster.is_active ? 1 : 0);
  auto up = make_family("litellm_exporter_peer_up",
                        "1 if that exporter of the cluster answers, else 0.", MetricType::Gauge);
  auto others = make_family("litellm_exporter_peer_active",
                            "1 if that exporter of the cluster says that it counts, else 0.",
                            MetricType::Gauge);
  for (const ClusterView::Peer& peer : cluster.peers) {
    add_sample(up, peer.answers ? 1 : 0, {{"peer", peer.name}});
    add_sample(others, peer.is_active ? 1 : 0, {{"peer", peer.name}});
  }
  auto copied =
      make_family("litellm_exporter_state_copied_timestamp_seconds",
                  "When the counters of the active exporter were last copied.", MetricType::Gauge);
  if (cluster.copied_at) {
    add_sample(copied, unix_seconds(*cluster.copied_at));
  }
  for (MetricFamily* family : {&active, &up, &others, &copied}) {
    families.push_back(std::move(*family));
  }
}

void add_refusals(std::vector<MetricFamily>& families, const SelfView& view) {
  auto refusals =
      make_family("litellm_exporter_web_refusals_total",
                  "Clients turned away by the web interface, by reason.", MetricType::Counter);
  for (const auto& [reason, count] : view.refusals) {
    add_sample(refusals, static_cast<double>(count), {{"reason", std::string{reason}}});
  }
  families.push_back(std::move(refusals));
}

std::shared_ptr<const Fragment> render(std::vector<MetricFamily> families) {
  FragmentBuilder fragment;
  for (MetricFamily& family : families) {
    fragment.add(std::move(family));
  }
  return fragment.finish();
}

}  // namespace

std::vector<std::shared_ptr<const Fragment>> SelfText::of(SelfView view) {
  constexpr std::chrono::milliseconds kMoment{100};
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (view.process && (!process_ || now - process_at_ >= kMoment)) {
    process_ = render(process_metrics(view.started));
    process_at_ = now;
  }
  if (!text_ || rendered_ != view) {
    std::vector<MetricFamily> families;
    add_build(families);
    add_collectors(families, view);
    add_reload(families, view.reload);
    // What describes the deployment comes from the one that counts.
    add_objectives(families, view.cluster.is_active ? view.objectives : Config::Objectives{});
    add_cluster(families, view.cluster);
    add_refusals(families, view);
    text_ = render(std::move(families));
    rendered_ = std::move(view);
  }
  return rendered_.process ? std::vector{text_, process_} : std::vector{text_};
}

}  // namespace litellm_exporter
