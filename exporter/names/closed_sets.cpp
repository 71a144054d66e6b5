// SPDX-License-Identifier: Apache-2.0
#include "names/closed_sets.hpp"

#include "base/label_values.hpp"

#include <algorithm>
#include <array>

namespace litellm_exporter {
namespace {

constexpr std::array kExceptionClasses = std::to_array<std::string_view>({
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AssertionError",
    "AuthenticationError",
    "BadGatewayError",
    "BadRequestError",
    "BaseLLMException",
    "BlockedPiiEntityError",
    "BudgetExceededError",
    "CancelledError",
    "ClientDisconnect",
    "ClientDisconnected",
    "ConflictError",
    "ConnectError",
    "ConnectTimeout",
    "ConnectTimeoutError",
    "ConnectionError",
    "ConnectionTimeoutError",
    "ContentPolicyViolationError",
    "ContextWindowExceededError",
    "DeadlineExceeded",
    "Exception",
    "GatewayTimeout",
    "GatewayTimeoutError",
    "GuardrailApplyError",
    "GuardrailInterventionNormalStringError",
    "GuardrailRaisedException",
    "HTTPException",
    "IdentityResolutionError",
    "ImageFetchError",
    "InternalServerError",
    "InvalidRequestError",
    "JSONSchemaValidationError",
    "JWKSUnreachableError",
    "KeyNotFoundError",
    "KeyNotInCacheError",
    "LiteLLMUnknownProvider",
    "MCPToolResultError",
    "MCPUpstreamAuthError",
    "MidStreamFallbackError",
    "MockException",
    "ModelAccessDeniedHTTPException",
    "ModelAccessDeniedProxyException",
    "ModelNotMappedError",
    "ModifyResponseException",
    "NoDatabaseConnectionError",
    "NoMatchingJWTPublicKeyError",
    "NotFoundError",
    "OpenAIError",
    "OrganizationNotFoundError",
    "PermissionDeniedError",
    "PermissionError",
    "PoolTimeout",
    "ProxyException",
    "ProxyMissingRequiredParamError",
    "ProxyModelNotFoundError",
    "ProxyRateLimitError",
    "RateLimitError",
    "RateLimitUnverifiableError",
    "ReadError",
    "ReadTimeout",
    "ReadTimeoutError",
    "RejectedRequestError",
    "RemoteProtocolError",
    "RouterRateLimitError",
    "RouterRateLimitErrorBasic",
    "RuntimeError",
    "SensitiveDataRouteException",
    "ServerTimeoutError",
    "ServiceUnavailableError",
    "SocketTimeoutError",
    "TeamNotFoundError",
    "Timeout",
    "TimeoutError",
    "TimeoutException",
    "TypeError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "UnsupportedParamsError",
    "ValueError",
    "VectorStoreSearchError",
    "WriteError",
    "WriteTimeout",
});

constexpr std::array kGuardrailStatuses = std::to_array<std::string_view>(
    {"success", "guardrail_intervened", "guardrail_failed_to_respond", "not_run", "failure",
     "blocked"});

template <std::size_t N>
std::string_view one_of(const std::array<std::string_view, N>& known, std::string_view text,
                        std::string_view otherwise) {
  const auto found = std::find(known.begin(), known.end(), text);
  return found == known.end() ? otherwise : *found;
}

}  // namespace

std::string_view exception_class(std::string_view text) {
  // Newer versions qualify the name, as in "litellm.RateLimitError".
  text = text.substr(text.rfind('.') + 1);
  return text.empty() ? kUnknown : one_of(kExceptionClasses, text, kOther);
}

std::string status_code(std::string_view text) {
  const bool digits = text.size() == 3 && std::all_of(text.begin(), text.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  return std::string{digits && text >= "100" && text < "600" ? text : kUnknown};
}

std::string_view guardrail_status(std::string_view text) {
  return text.empty() ? kUnknown : one_of(kGuardrailStatuses, text, kOther);
}

}  // namespace litellm_exporter
