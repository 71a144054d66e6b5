// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace litellm_exporter {

// The kind of a call as LiteLLM names it, such as acompletion or aembedding; "other" for any other
// text, "unknown" for none, which is what many failures have. The result lives for ever.
std::string_view call_type(std::string_view text);

}  // namespace litellm_exporter
