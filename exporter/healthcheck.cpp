// SPDX-License-Identifier: Apache-2.0
#include "healthcheck.hpp"

#include "config/address.hpp"
#include "server/own_url.hpp"
#include "server/web_config.hpp"

#include <fmt/format.h>
#include <httplib.h>

namespace litellm_exporter {
namespace {

constexpr std::chrono::seconds kTimeout{3};

WebConfig web_config_of(const Config& config) {
  std::vector<std::string> files;
  return config.web.config_file.empty() ? WebConfig{}
                                        : load_web_config(config.web.config_file, files);
}

}  // namespace

bool healthcheck(const Config& config, std::ostream& out) {
  const WebConfig web = web_config_of(config);
  const std::string url = own_url(*parse_address(config.web.listen_address), web.tls.has_value());
  httplib::Client client(url);
  client.set_connection_timeout(kTimeout);
  client.set_read_timeout(kTimeout);
  // It talks to itself: whose certificate that is does not matter.
  client.enable_server_certificate_verification(false);
  const httplib::Result result = client.Get("/-/healthy");
  // Who has no password is told so by a server that serves.
  const bool serves = result && (result->status == 200 || result->status == 401);
  // Who has no certificate is not; that there is somebody who refuses has to be enough.
  const bool refuses = !result && web.tls && web.tls->client_auth != WebConfig::ClientAuth::none &&
                       result.error() != httplib::Error::Connection &&
                       result.error() != httplib::Error::ConnectionTimeout;
  if (serves || refuses) {
    out << fmt::format("{}: healthy\n", url);
    return true;
  }
  out << fmt::format("{}: {}\n", url,
                     result ? fmt::format("answers {}", result->status)
                            : "no answer: " + httplib::to_string(result.error()));
  return false;
}

}  // namespace litellm_exporter
