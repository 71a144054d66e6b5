// SPDX-License-Identifier: Apache-2.0
#include "notify.hpp"

#include <fmt/format.h>

#include <string>

#include <systemd/sd-daemon.h>

namespace litellm_exporter::notify {
namespace {

// An init system that does not hear it restarts the service; nothing else can be done about it.
void say(const std::string& words) { static_cast<void>(sd_notify(0, words.c_str())); }

}  // namespace

void ready() { say("READY=1\nSTATUS=Serving"); }

void reloading() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  say(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=Reloading", now.count()));
}

void stopping() { say("STOPPING=1\nSTATUS=Stopping"); }

void alive() { say("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) {
    return std::nullopt;
  }
  return std::chrono::microseconds(microseconds / 2);
}

}  // namespace litellm_exporter::notify
