// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"
#include "postgres/url_parameters.hpp"

#include <memory>
#include <string>

namespace litellm_exporter::postgres {

// A client's certificate and key out of a PKCS#12 file, for libpq, which reads PEM from files only:
// both are in memory and have names as long as this lives. May be shared between threads.
class ClientIdentity {
 public:
  // Throws ConninfoError.
  ClientIdentity(const std::string& path, const std::string& password);

  std::string certificate_path() const;
  std::string key_path() const;

 private:
  Fd certificate_;
  Fd key_;
};

// The file of the authorities that the system trusts: $SSL_CERT_FILE, else where distributions have
// it. Throws ConninfoError where there is none.
std::string system_authorities();

// Makes libpq's keywords of Prisma's parameters about TLS; see parse_conninfo(). The identity is
// what they name, if they name one. Throws ConninfoError.
std::shared_ptr<const ClientIdentity> translate_tls(Parameters& parameters, bool from_url);

}  // namespace litellm_exporter::postgres
