// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Values that LiteLLM takes from a closed set, and what becomes of those outside it.
namespace litellm_exporter {

// A class of litellm.exceptions, of the OpenAI client or of the proxy (as of v1.105); "other" for
// any other text, "unknown" for none. The result lives for ever.
std::string_view exception_class(std::string_view text);

// Three digits from 100 to 599, else "unknown".
std::string status_code(std::string_view text);

std::string_view guardrail_status(std::string_view text);

}  // namespace litellm_exporter
