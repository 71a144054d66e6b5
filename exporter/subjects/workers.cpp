// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace litellm_exporter {
namespace {

constexpr Gauge kWorkers = {
    .name = "litellm_proxy_workers",
    .help =
        "Workers of LiteLLM's proxies that beat within three minutes, by host; 0 for a host whose "
        "workers stopped and left their rows, which LiteLLM deletes after an hour."};

constexpr const char* kHeartbeats = "LiteLLM_ProxyWorkerHeartbeat";

// Since LiteLLM v1.99: a row for each worker. One that ends in order deletes its own.
void read_workers(Reading& reading) {
  postgres::TableAccess& tables = reading.tables;
  if (!tables.find(kHeartbeats, {"worker_id", "hostname", "last_heartbeat_at"})) {
    return;
  }
  // At most as many rows as hosts may have series, those that beat last.
  std::vector<WorkerRow> rows;
  double total = 0;
  tables.stream(fmt::format("SELECT worker_id, hostname, extract(epoch from last_heartbeat_at),"
                            " count(*) OVER () FROM {} ORDER BY last_heartbeat_at DESC LIMIT {}",
                            tables.quoted(kHeartbeats), reading.config.limits.series_per_family),
                [&](const postgres::CopyRow& row) {
                  rows.push_back({.worker = tables.label(row, 0),
                                  .host = tables.label(row, 1),
                                  .beat = std::string{row.at(2).value_or("")}});
                  total = number(row, 3).value_or(0);
                });
  WorkerBeats& workers = reading.memory.workers;
  workers.see(rows, WorkerBeats::Clock::now());
  for (const auto& [host, alive] : workers.alive_by_host()) {
    reading.findings.add(kWorkers, static_cast<double>(alive), {{"host", host}});
  }
  reading.findings.leave_out(static_cast<std::size_t>(total) - rows.size());
}

}  // namespace

constinit const TableSubject workers_subject = {
    .info = {.name = "workers",
             .summary = "live workers of LiteLLM's proxies by host",
             .source = Source::database},
    .read = read_workers};

}  // namespace litellm_exporter
