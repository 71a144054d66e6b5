// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/member.hpp"
#include "config/load.hpp"
#include "metrics/self.hpp"
#include "pipeline.hpp"
#include "poll/status.hpp"
#include "server/server.hpp"
#include "tally/tally.hpp"
#include "web/routes.hpp"

#include <future>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>

namespace litellm_exporter {

// Wires configuration, polling and serving together, and replaces the polling part on a reload.
class App {
 public:
  App(Flags flags, Config config);

  // Serves until SIGTERM or SIGINT; SIGHUP reloads. These signals must be blocked in every thread.
  // Throws ListenError and FileError before anything is served.
  void run();
  // Polls everything once, prints the page and returns; the state moves on as it does in run().
  // Throws FileError.
  void once(std::ostream& out);

 private:
  // For a client; may be called from any thread.
  Reloaded try_reload();
  // Does nothing where the configuration says what it said before. Wants reload_mutex_ to be held.
  Reloaded reload();
  // Goes on counting under this configuration.
  void move_to(std::shared_ptr<const Config> fresh);
  // Returns when a signal says to stop.
  void obey_signals(std::future<void>& reloading);
  // In a thread of its own: a reload waits for the poll under way, a stop must not wait for it.
  void start_reload(std::future<void>& reloading);
  SelfView view() const;
  // Loads what was counted by the process before.
  void load_tally();
  void make_pipeline();
  // Where there are other exporters: nothing polls until this one is the active one.
  void join_cluster(const Config& config);
  void begin_to_count(bool at_once);
  void end_to_count();
  // The page without a process behind it would stand still and look well; what is on disk is
  // complete.
  template <typename Work>
  static void or_exit(const Work& work);

  Flags flags_;
  std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  StatusBoard board_;
  GaugeBoard gauges_;
  SelfText self_text_;
  // Made before anything is served, never replaced.
  std::unique_ptr<Tally> tally_;

  // Held while the pipeline is replaced, which waits for a poll under way; nothing that serves a
  // page may want it.
  std::mutex reload_mutex_;
  // None while another exporter counts.
  std::unique_ptr<Pipeline> pipeline_;

  // Held for copying only.
  mutable std::mutex config_mutex_;
  std::shared_ptr<const Config> config_;
  ReloadStatus reload_status_;

  // None where this exporter is alone.
  std::unique_ptr<Member> member_;

  // Last, so that it ends before what its routes show.
  std::unique_ptr<WebServer> server_;
};

}  // namespace litellm_exporter
