// SPDX-License-Identifier: Apache-2.0
#include "app.hpp"

#include "base/log.hpp"
#include "base/output.hpp"
#include "base/threads.hpp"
#include "collectors/registry.hpp"
#include "last_resort.hpp"
#include "metrics/page.hpp"
#include "notify.hpp"
#include "signals.hpp"
#include "version.hpp"

#include <cstdlib>

namespace litellm_exporter {
namespace {

void use_log(const Config& config) { log::set_up(config.log.level, config.log.format); }

}  // namespace

App::App(Flags flags, Config config)
    : flags_(std::move(flags)),
      config_(std::make_shared<const Config>(std::move(config))),
      reload_status_{true, std::chrono::system_clock::now()} {}

void App::run() {
  // A reload through the web server may replace config_ at any time once it listens.
  const std::shared_ptr<const Config> config = config_;
  use_log(*config);
  log::info("Starting litellm-exporter",
            {{"version", kVersion}, {"revision", kRevision}, {"storage", config->storage.path}});
  server_ = std::make_unique<WebServer>(config->web.listen_address, config->web.config_file);
  load_tally();
  if (config->cluster.peers.empty()) {
    make_pipeline();
    pipeline_->start();
  } else {
    join_cluster(*config);
  }

  std::function<Reloaded()> reload;
  if (config->web.enable_lifecycle) {
    reload = [this] { return try_reload(); };
  }
  add_routes(server_->routes(),
             {.guard = server_->guard(),
              .telemetry_path = config->web.telemetry_path,
              .tally = tally_->reader(),
              .gauges = gauges_,
              .self = [this] { return view(); },
              .self_text = self_text_,
              .frame_ancestors = config->web.frame_ancestors,
              .ready = [this] { return member_ ? member_->is_ready() : board_.all_polled(); },
              .reload = reload,
              .member = member_.get()});
  server_->start();
  if (member_) {
    member_->start();
  }
  log::info("Listening", {{"address", config->web.listen_address.shown()},
                          {"metrics", config->web.telemetry_path},
                          {"tls", server_->security().current()->tls != nullptr}});
  notify::ready();
  std::future<void> reloading;
  obey_signals(reloading);
  log::info("Stopping");
  // An init system waits for ten seconds at the least.
  const LastResort last_resort(std::chrono::seconds(4));
  notify::stopping();
  if (reloading.valid()) {
    reloading.wait();
  }
  if (member_) {
    member_->stop();
  }
  server_->stop();
  pipeline_.reset();
  log::info("Stopped");
}

void App::obey_signals(std::future<void>& reloading) {
  for (;;) {
    switch (wait_for_signal(notify::interval())) {
      case Signal::stop:
        return;
      case Signal::reload:
        start_reload(reloading);
        break;
      case Signal::none:
        // Takes every lock that a page needs: a deadlock ends the signs of life.
        static_cast<void>(view());
        notify::alive();
        break;
    }
  }
}

void App::start_reload(std::future<void>& reloading) {
  if (reloading.valid() &&
      reloading.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    log::warn("a reload is under way already; send the signal again once it is done");
    return;
  }
  try {
    reloading = std::async(std::launch::async, [this] {
      try {
        notify::reloading();
        const std::lock_guard lock(reload_mutex_);
        static_cast<void>(reload());
        notify::ready();
      } catch (const std::exception& e) {
        // Between two pipelines there is nothing to go on with; what is on disk is complete.
        log::error("cannot go on", {{"err", e.what()}});
        std::_Exit(EXIT_FAILURE);
      }
    });
  } catch (const std::system_error& e) {
    log::error("no reload", {{"err", is_lack_of_threads(e) ? kNoThread : e.what()}});
  }
}

void App::once(std::ostream& out) {
  check_standard_output();
  use_log(*config_);
  load_tally();
  make_pipeline();
  pipeline_->run_once();
  SelfView self = view();
  self.process = false;
  const Page page(tally_->reader().edition(), gauges_, self_text_.of(std::move(self)), false);
  for (const std::string_view piece : page.pieces()) {
    out << piece;
  }
  finish_output(out);
}

void App::load_tally() { tally_ = std::make_unique<Tally>(*config_); }

void App::make_pipeline() {
  pipeline_ = std::make_unique<Pipeline>(*config_, *tally_, gauges_, board_);
  tally_->resume();
}

void App::join_cluster(const Config& config) {
  tally_->withdraw(config);
  member_ = std::make_unique<Member>(
      config, Member::Parts{.tally = *tally_,
                            .board = board_,
                            .connect =
                                [this](postgres::Answered answered) {
                                  return lease_database(*config_, std::move(answered));
                                },
                            .begin = [this](bool at_once) { begin_to_count(at_once); },
                            .end = [this] { end_to_count(); }});
}

template <typename Work>
void App::or_exit(const Work& work) {
  try {
    work();
  } catch (const std::exception& e) {
    log::error("cannot go on", {{"err", is_lack_of_threads(e) ? kNoThread : e.what()}});
    std::_Exit(EXIT_FAILURE);
  }
}

void App::begin_to_count(bool at_once) {
  const std::lock_guard lock(reload_mutex_);
  or_exit([&] {
    tally_->take_over(*config_, at_once);
    make_pipeline();
    pipeline_->start();
  });
}

void App::end_to_count() {
  const std::lock_guard lock(reload_mutex_);
  or_exit([&] {
    pipeline_.reset();
    tally_->withdraw(*config_);
    gauges_.retain({});
    board_.retain({});
  });
}

Reloaded App::try_reload() {
  const std::unique_lock lock(reload_mutex_, std::try_to_lock);
  return lock ? reload() : Reloaded{Reloaded::Outcome::busy, {}};
}

Reloaded App::reload() {
  const auto done = [this](bool successful) {
    const std::lock_guard lock(config_mutex_);
    reload_status_ = {successful,
                      successful ? std::chrono::system_clock::now() : reload_status_.last_success};
  };
  std::shared_ptr<const Config> fresh;
  try {
    fresh = std::make_shared<const Config>(load_config(flags_, subjects()));
  } catch (const ConfigError& e) {
    done(false);
    log::error("configuration refused, the old one stays in force", {{"err", e.what()}});
    return {Reloaded::Outcome::refused, e.what()};
  }
  if (*fresh == *config_) {
    done(true);
    // Not aloud: a client may ask in a loop.
    log::debug("configuration unchanged");
    return {};
  }
  if (fresh->web != config_->web || fresh->storage != config_->storage ||
      fresh->cluster != config_->cluster) {
    log::warn("web.*, cluster.* and storage.path change only with a restart");
  }
  if (member_ && fresh->database.conninfo != config_->database.conninfo) {
    log::warn(
        "which exporter counts is decided by the database and the password of before until a "
        "restart");
  }
  use_log(*fresh);
  move_to(std::move(fresh));
  done(true);
  log::info("configuration reloaded");
  return {};
}

void App::move_to(std::shared_ptr<const Config> fresh) {
  const bool counts = pipeline_ != nullptr;
  // The tally belongs to one thread at a time: the old pipeline must be gone first.
  pipeline_.reset();
  if (counts) {
    tally_->adopt(*fresh);
  }
  {
    const std::lock_guard lock(config_mutex_);
    config_ = std::move(fresh);
  }
  if (counts) {
    or_exit([&] {
      make_pipeline();
      pipeline_->start();
    });
  }
}

SelfView App::view() const {
  std::shared_ptr<const Config> config;
  ReloadStatus reload;
  {
    const std::lock_guard lock(config_mutex_);
    config = config_;
    reload = reload_status_;
  }
  reload.successful = reload.successful && (!server_ || server_->security().up_to_date());
  return {.collectors = board_.collectors(),
          .database_up = board_.database_up(),
          .proxies = gauges_.proxies(),
          .reload = reload,
          .objectives = config->objectives,
          .cluster = member_ ? member_->view() : ClusterView{},
          .started = started_,
          .refusals = server_ ? server_->refusals().counts() : Refusals{}.counts()};
}

}  // namespace litellm_exporter
