// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Values that LiteLLM takes from a closed set, and what becomes of those outside it.
namespace litellm_exporter {

// A class of litellm.exceptions, of the OpenAI client or of the proxy (as of v1.110); "other" for
// any other text, "unknown" for none. The result lives for ever.
std::string_view exception_class(std::string_view text);

// `text` where it has three digits from 100 to 599; else what LiteLLM answers with for the class,
// as a text may be a provider's word such as content_policy_violation; else "unknown".
std::string status_code(std::string_view text, std::string_view exception_class);

// Empty stays empty, what is not in the list becomes "other". The results live for ever.
std::string_view service_tier(std::string_view text);
// Which feature of LiteLLM made a call of its own: internal_call_origin, likewise.
std::string_view internal_origin(std::string_view text);

std::string_view guardrail_status(std::string_view text);

}  // namespace litellm_exporter
