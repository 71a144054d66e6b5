// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

// The messages of a service of Type=notify to systemd; without a listener they do nothing.
namespace litellm_exporter::notify {

void ready();
void reloading();
void stopping();
// "I am alive": due at least every interval(), else systemd restarts the service.
void alive();

// Half of WatchdogSec=; nothing if there is no watchdog.
std::optional<std::chrono::microseconds> interval();

}  // namespace litellm_exporter::notify
