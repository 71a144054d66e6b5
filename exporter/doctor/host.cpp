// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "config/address.hpp"
#include "doctor/examine.hpp"
#include "http/get.hpp"
#include "state/journal.hpp"
#include "web/server.hpp"

#include <fmt/format.h>

#include <filesystem>

#include <unistd.h>

namespace litellm_exporter::doctor {
namespace {

// Whether what listens there is an exporter like this one.
bool is_exporter(const Config& config, const Address& address) {
  const std::string host = address.host.empty() ? "127.0.0.1" : address.host;
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const auto url = http::parse_url(fmt::format("http://{}:{}", shown, address.port));
  constexpr std::size_t kLargest = 64 << 20;
  return url && http::get(*url, config.web.telemetry_path, Secret{}, {}, kLargest, {})
                        .body.find("litellm_exporter_build_info{") != std::string::npos;
}

void examine_storage(const Config& config, bool running, Report& report) {
  const std::filesystem::path path = config.storage.path;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    std::filesystem::path parent = std::filesystem::absolute(path);
    while (!std::filesystem::exists(parent, error) && parent.has_relative_path()) {
      parent = parent.parent_path();
    }
    if (::access(parent.c_str(), W_OK) != 0) {
      report.failure("state", path.string() + ": does not exist and cannot be made",
                     "make it, writable for the exporter's user, or give another --storage.path");
    } else {
      report.warning("state", path.string() + ": does not exist yet; counting starts anew there",
                     "if there should be a state, correct --storage.path");
    }
    return;
  }
  try {
    const Journal journal(path);
    report.ok("state", path.string() + ": writable");
  } catch (const FileError& e) {
    if (running && std::string_view{e.what()}.find("in use") != std::string_view::npos) {
      report.ok("state", path.string() + ": in use by the exporter that is running");
    } else {
      report.failure("state", e.what(),
                     "make the directory writable for the exporter's user, or give it another");
    }
  }
}

}  // namespace

void examine_host(const Config& config, Report& report) {
  const Address address = *parse_address(config.web.listen_address);
  bool running = false;
  try {
    const WebServer server(address);
    report.ok("port", config.web.listen_address + ": free");
  } catch (const ListenError& e) {
    running = is_exporter(config, address);
    if (running) {
      report.ok("port", config.web.listen_address + ": the exporter is running there");
    } else {
      report.failure("port", e.what(), "stop what listens there, or change web.listen_address");
    }
  }
  examine_storage(config, running, report);
}

}  // namespace litellm_exporter::doctor
