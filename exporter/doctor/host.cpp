// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"
#include "doctor/examine.hpp"
#include "http/get.hpp"
#include "server/ask_self.hpp"
#include "server/own_url.hpp"
#include "server/server.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace litellm_exporter::doctor {
namespace {

// Whether what listens there is an exporter like this one.
bool is_exporter(const Config& config, const Address& address, bool tls) {
  // Who wants a certificate shows nothing else; that the address is taken is known already.
  if (tls && ask_self(address).refuses) {
    return true;
  }
  const auto url = http::parse_url(own_url(address, tls));
  constexpr std::size_t kLargest = 64 << 20;
  http::Options options;
  options.insecure_skip_verify = true;
  if (!url) {
    return false;
  }
  const http::Answer answer =
      http::get(*url, config.web.telemetry_path, Secret{}, options, kLargest, {});
  // The doctor has no password; who asks for one in these words is an exporter, too.
  return answer.body.find("litellm_exporter_build_info{") != std::string::npos ||
         (answer.status == 401 && answer.body == "Unauthorized.\n");
}

bool is_loopback(const std::string& host) {
  return host.starts_with("127.") || host == "::1" || host == "localhost";
}

// What to do about a port that cannot be had, by the system's words.
std::string port_remedy(std::string_view error) {
  const auto says = [&](const char* words) { return error.find(words) != std::string_view::npos; };
  if (says("Permission denied")) {
    return "ports below 1024 are not for every user: choose a higher web.listen_address";
  }
  if (says("not an address of this machine") || says("Cannot assign requested address")) {
    return "give an address of this machine (ip address), or :PORT for all, as web.listen_address";
  }
  return "stop what listens there, or change web.listen_address";
}

// Whether TLS is spoken, as far as that is known.
bool examine_web(const Config& config, const Address& address, Report& report) {
  const std::string& file = config.web.config_file;
  try {
    const auto security = SecurityKeeper(file).current();
    const bool open = security->config.users.empty() &&
                      (!security->config.tls || security->config.tls->client_auth !=
                                                    WebConfig::ClientAuth::require_and_verify);
    if (open && !is_loopback(address.host)) {
      report.warning("web", address.shown() + ": other machines can read the page",
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
  const Address& address = config.web.listen_address;
  const bool tls = examine_web(config, address, report);
  try {
    const WebServer server(address, "");
    report.ok("port", address.shown() + ": free");
  } catch (const ListenError& e) {
    if (is_exporter(config, address, tls)) {
      report.ok("port", address.shown() + ": the exporter is running there");
    } else {
      report.failure("port", e.what(), port_remedy(e.what()));
    }
  }
}

}  // namespace litellm_exporter::doctor
