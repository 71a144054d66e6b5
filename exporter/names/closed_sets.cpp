// SPDX-License-Identifier: Apache-2.0
#include "names/closed_sets.hpp"

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

constexpr std::array kPrincipals =
    std::to_array<std::string_view>({"litellm_proxy_master_key", "litellm-internal-health-check",
                                     "litellm-cli", "litellm_internal_jobs"});

template <std::size_t N>
std::string_view one_of(const std::array<std::string_view, N>& known, std::string_view text,
                        std::string_view otherwise) {
  const auto found = std::find(known.begin(), known.end(), text);
  return found == known.end() ? otherwise : *found;
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
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

KeyName key_name(std::string_view api_key) {
  if (is_hash(api_key)) {
    return {std::string{api_key}, true};
  }
  // One principal for all: a JWT has a new hash at every login, and what follows cli-session- was
  // a credential in some versions and is a user id in others.
  if (api_key.starts_with("hashed-jwt-") && is_hash(api_key.substr(11))) {
    return {"hashed-jwt", false};
  }
  if (api_key.starts_with("cli-session-")) {
    return {"cli-session", false};
  }
  return {std::string{one_of(kPrincipals, api_key, {})}, false};
}

}  // namespace litellm_exporter
