// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter {

// Whether exporter-toolkit, by Go's library, takes the text for a bcrypt hash when it reads its
// configuration. It is no promise that a password belongs to it.
bool is_bcrypt(std::string_view hash);

// How dear a check of the hash is, from 4 to 31, each twice as dear as the one before. For what
// is_bcrypt() takes.
int bcrypt_cost(std::string_view hash);

// Whether the hash is of this password, compared in constant time. Versions of bcrypt are all taken
// for the one without its mistakes, as Go does. Takes a tenth of a second and more.
bool matches_bcrypt(const std::string& password, std::string_view hash);

}  // namespace litellm_exporter
