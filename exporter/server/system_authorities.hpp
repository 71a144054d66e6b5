// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace litellm_exporter {

// The file with the certificates of the authorities that this system trusts: what SSL_CERT_FILE
// names, else where distributions keep it, as Go's library looks for it. Empty if there is none.
std::string system_authorities();

}  // namespace litellm_exporter
