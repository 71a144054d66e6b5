// SPDX-License-Identifier: Apache-2.0
#include "names/closed_sets.hpp"

#include "base/label_values.hpp"

#include <algorithm>
#include <array>

namespace litellm_exporter {
namespace {

struct ExceptionClass {
  std::string_view name;
  // What clients get for it where the row has no code of its own; empty where that differs.
  std::string_view status_code;
};

// As of v1.110. A class that has no code in LiteLLM is answered with 500, but for a ProxyException
// without one, which is how older versions refuse keys, and a BudgetExceededError: those that
// answer it with 429 or 422 write so.
constexpr std::array kExceptionClasses = std::to_array<ExceptionClass>({
    {"APIConnectionError", "500"},
    {"APIError", "500"},
    {"APIResponseValidationError", "500"},
    {"APIStatusError", ""},
    {"APITimeoutError", "408"},
    {"AssertionError", "500"},
    {"AuthenticationError", "401"},
    {"BadGatewayError", "502"},
    {"BadRequestError", "400"},
    {"BaseLLMException", ""},
    {"BlockedPiiEntityError", "400"},
    {"BudgetExceededError", "400"},
    {"CallerCredentialAuthenticationError", "401"},
    {"CallerCredentialRateLimitError", "429"},
    {"CancelledError", ""},
    {"ClientDisconnect", "499"},
    {"ClientDisconnected", "499"},
    {"ConflictError", "409"},
    {"ConnectError", "500"},
    {"ConnectTimeout", "500"},
    {"ConnectTimeoutError", "500"},
    {"ConnectionError", "500"},
    {"ConnectionTimeoutError", "500"},
    {"ContentPolicyViolationError", "400"},
    {"ContextWindowExceededError", "400"},
    {"DeadlineExceeded", "500"},
    {"EndpointNotSupportedByModelError", "400"},
    {"Exception", "500"},
    {"GatewayTimeout", "504"},
    {"GatewayTimeoutError", "504"},
    {"GuardrailApplyError", ""},
    {"GuardrailInterventionNormalStringError", ""},
    {"GuardrailRaisedException", "400"},
    {"HTTPException", ""},
    {"IdentityResolutionError", "401"},
    {"ImageFetchError", "400"},
    {"InternalServerError", "500"},
    {"InvalidRequestError", "400"},
    {"JSONSchemaValidationError", "500"},
    {"JWKSUnreachableError", ""},
    {"KeyNotFoundError", "404"},
    {"KeyNotInCacheError", "500"},
    {"LiteLLMUnknownProvider", "400"},
    {"MCPToolResultError", ""},
    {"MCPUpstreamAuthError", ""},
    {"MalformedRequestFieldError", "400"},
    {"MidStreamFallbackError", "503"},
    {"MockException", ""},
    {"ModelAccessDeniedHTTPException", "403"},
    {"ModelAccessDeniedProxyException", "403"},
    {"ModelNotMappedError", "500"},
    {"ModifyResponseException", ""},
    {"NoDatabaseConnectionError", "503"},
    {"NoMatchingJWTPublicKeyError", "401"},
    {"NotFoundError", "404"},
    {"OpenAIError", "500"},
    {"OrganizationNotFoundError", "404"},
    {"PaymentRequiredError", "402"},
    {"PermissionDeniedError", "403"},
    {"PermissionError", ""},
    {"PoolTimeout", "500"},
    {"ProxyException", "401"},
    {"ProxyMissingRequiredParamError", "400"},
    {"ProxyModelNotFoundError", "404"},
    {"ProxyRateLimitError", "429"},
    {"RateLimitError", "429"},
    {"RateLimitUnverifiableError", ""},
    {"ReadError", "500"},
    {"ReadTimeout", "500"},
    {"ReadTimeoutError", "500"},
    {"RejectedRequestError", "400"},
    {"RemoteProtocolError", "500"},
    {"RouterRateLimitError", "429"},
    {"RouterRateLimitErrorBasic", "429"},
    {"RuntimeError", "500"},
    {"SensitiveDataRouteException", ""},
    {"ServerTimeoutError", "500"},
    {"ServiceUnavailableError", "503"},
    {"SocketTimeoutError", "500"},
    {"TeamNotFoundError", "404"},
    {"Timeout", "408"},
    {"TimeoutError", "500"},
    {"TimeoutException", "500"},
    {"TypeError", "500"},
    {"UnauthorizedError", "401"},
    {"UnprocessableEntityError", "422"},
    {"UnsupportedEndpointError", "400"},
    {"UnsupportedParamsError", "400"},
    {"ValueError", "500"},
    {"VectorStoreSearchError", "400"},
    {"WriteError", "500"},
    {"WriteTimeout", "500"},
});

constexpr std::array kGuardrailStatuses = std::to_array<std::string_view>(
    {"success", "guardrail_intervened", "guardrail_failed_to_respond", "not_run", "failure",
     "blocked"});

// What the price of a provider's answer may depend on.
constexpr std::array kServiceTiers = std::to_array<std::string_view>(
    {"auto", "batch", "default", "flex", "on_demand", "priority", "scale", "standard"});

// Whose calls are no caller's requests.
constexpr std::array kInternalOrigins = std::to_array<std::string_view>(
    {"autorouter_classifier", "autorouter_compaction", "background_response_cost_poll",
     "background_response_status_poll", "llm_as_a_judge_guardrail", "shadow_eval_judge",
     "shadow_eval_router"});

const ExceptionClass* find_class(std::string_view text) {
  // Newer versions qualify the name, as in "litellm.RateLimitError".
  text = text.substr(text.rfind('.') + 1);
  if (text.empty()) {
    return nullptr;
  }
  const auto found = std::ranges::find(kExceptionClasses, text, &ExceptionClass::name);
  return found == kExceptionClasses.end() ? nullptr : &*found;
}

template <std::size_t N>
std::string_view one_of(const std::array<std::string_view, N>& known, std::string_view text,
                        std::string_view otherwise) {
  const auto found = std::find(known.begin(), known.end(), text);
  return found == known.end() ? otherwise : *found;
}

}  // namespace

std::string_view exception_class(std::string_view text) {
  const ExceptionClass* known = find_class(text);
  return known != nullptr ? known->name : text.ends_with('.') || text.empty() ? kUnknown : kOther;
}

std::string status_code(std::string_view text, std::string_view exception_class) {
  const bool digits = text.size() == 3 && std::all_of(text.begin(), text.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text >= "100" && text < "600") {
    return std::string{text};
  }
  const ExceptionClass* known = find_class(exception_class);
  return std::string{known != nullptr && !known->status_code.empty() ? known->status_code
                                                                     : kUnknown};
}

std::string_view service_tier(std::string_view text) {
  return text.empty() ? text : one_of(kServiceTiers, text, kOther);
}

std::string_view internal_origin(std::string_view text) {
  return text.empty() ? text : one_of(kInternalOrigins, text, kOther);
}

std::string_view guardrail_status(std::string_view text) {
  return text.empty() ? kUnknown : one_of(kGuardrailStatuses, text, kOther);
}

}  // namespace litellm_exporter
