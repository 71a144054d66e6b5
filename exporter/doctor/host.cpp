// SPDX-License-Identifier: Apache-2.0
#include "config/address.hpp"
#include "doctor/examine.hpp"
#include "server/self_probe.hpp"
#include "server/server.hpp"

#include <fmt/format.h>

#include <string>

namespace litellm_exporter::doctor {
namespace {

bool is_loopback(const std::string& host) {
  return host.starts_with("127.") || host == "::1" || host == "localhost";
}

std::string port_remedy(ListenError::Cause cause) {
  using Cause = ListenError::Cause;
  switch (cause) {
    case Cause::not_permitted:
      return "ports below 1024 are not for every user: choose a higher web.listen_address";
    case Cause::not_our_address:
      return "give an address of this machine (ip address), or :PORT for all, as "
             "web.listen_address";
    case Cause::other:
      break;
  }
  return "stop what listens there, or change web.listen_address";
}

// Returns whether TLS is spoken, as far as that is known.
bool examine_web(const Config& config, const Address& address, Report& report) {
  const std::string& file = config.web.config_file;
  try {
    const auto security = SecurityKeeper(file).current();
    const bool open = security->config.users.empty() &&
                      (!security->config.tls || security->config.tls->client_auth !=
                                                    WebConfig::ClientAuth::require_and_verify);
    if (open && !is_loopback(address.host)) {
      report.warning("web", config.web.listen_address + ": other machines can read the page",
                     "keep them out by a firewall or a network policy, or ask for a password or "
                     "a certificate with --web.config.file");
    } else {
      report.ok("web", fmt::format("{}, {}", security->tls ? "TLS" : "plain HTTP",
                                   open ? "on this machine only" : "clients must identify"));
    }
    return security->tls != nullptr;
  } catch (const ConfigError& e) {
    report.failure("web", e.what(), "mend the file of --web.config.file");
    return false;
  }
}

}  // namespace

void examine_host(const Config& config, Report& report) {
  const Address address = *parse_address(config.web.listen_address);
  const bool tls = examine_web(config, address, report);
  try {
    const WebServer server(address, "");
    report.ok("port", config.web.listen_address + ": free");
  } catch (const ListenError& e) {
    if (is_exporter_at(address, config.web.telemetry_path, tls)) {
      report.ok("port", config.web.listen_address + ": the exporter is running there");
    } else {
      report.failure("port", e.what(), port_remedy(e.cause()));
    }
  }
}

}  // namespace litellm_exporter::doctor
