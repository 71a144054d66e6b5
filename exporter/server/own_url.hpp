// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"

#include <string>

namespace litellm_exporter {

// Where a client on this machine reaches the server of that address, such as
// http://127.0.0.1:19400.
std::string own_url(const Address& address, bool tls);

}  // namespace litellm_exporter
