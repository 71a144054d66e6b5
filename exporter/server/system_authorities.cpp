// SPDX-License-Identifier: Apache-2.0
#include "server/system_authorities.hpp"

#include <array>
#include <cstdlib>

#include <unistd.h>

namespace litellm_exporter {

std::string system_authorities() {
  constexpr std::array<const char*, 6> kPlaces = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, distroless
      "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora
      "/etc/ssl/ca-bundle.pem",                             // openSUSE
      "/etc/pki/tls/cacert.pem",                            // OpenELEC
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Red Hat
      "/etc/ssl/cert.pem",                                  // Alpine
  };
  const auto readable = [](const char* file) { return ::access(file, R_OK) == 0; };
  const char* chosen = std::getenv("SSL_CERT_FILE");
  if (chosen != nullptr && *chosen != '\0') {
    return readable(chosen) ? chosen : "";
  }
  for (const char* place : kPlaces) {
    if (readable(place)) {
      return place;
    }
  }
  return "";
}

}  // namespace litellm_exporter
