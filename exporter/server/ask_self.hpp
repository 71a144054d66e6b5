// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"

#include <string>

namespace litellm_exporter {

// What somebody on this machine meets at an address, without a password or a certificate.
struct SelfAnswer {
  // It serves: it answered, or asked for a password or for patience.
  bool serves = false;
  // It speaks TLS and refused who came without a certificate.
  bool refuses = false;
  // In words, such as "https://127.0.0.1:19400: answers 401".
  std::string shown;
};

// Asks for /-/healthy by plain HTTP, and by TLS if that does not work. Takes some seconds at most;
// one that takes the connection and says nothing neither serves nor refuses.
SelfAnswer ask_self(const Address& address);

}  // namespace litellm_exporter
