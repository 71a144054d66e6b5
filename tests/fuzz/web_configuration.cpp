// SPDX-License-Identifier: Apache-2.0
// The file of --web.config.file: it is read, or refused in one line.
#include "fuzz.hpp"
#include "server/bcrypt.hpp"
#include "server/web_config.hpp"

using namespace litellm_exporter;
using fuzz::require;

namespace {

void check(const WebConfig& config) {
  for (const auto& [name, value] : config.headers) {
    require(!value.empty() && value.find_first_of("\r\n") == std::string::npos,
            "a header begins no other one");
  }
  for (const auto& [name, hash] : config.users) {
    require(is_bcrypt(hash.reveal()), "who logs in has a hash");
  }
  require(!config.rate_limit || config.rate_limit->interval.count() > 0, "a limit has a pace");
  require(!config.tls || !config.tls->certificates.empty(), "TLS has a certificate");
  require(!config.tls || !config.tls->key.empty(), "TLS has a key");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  try {
    check(load_web_config(file.path(), [](const std::string&) {}));
  } catch (const ConfigError& e) {
    require(fuzz::is_clean(e.what()), "a refusal is one clean line");
  }
  return 0;
}
