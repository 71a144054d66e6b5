// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// LiteLLM_VerificationToken.token is a SHA-256, but LiteLLM before v1.99 stored a key that does not
// start with sk- as it is. Pure.
namespace litellm_exporter {

// What may be shown of a token: itself if it is a hash or one of LiteLLM's principals, else its
// SHA-256, which is what a newer LiteLLM makes of the key.
std::string key_id(std::string_view token);

}  // namespace litellm_exporter
