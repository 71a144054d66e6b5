// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/get.hpp"
#include "names/model_names.hpp"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

// The meaning of LiteLLM's answers; pure. Every body is taken for hostile.
namespace litellm_exporter {

// Ways of a proxy that answers not to be well.
enum class Ailment {
  wants_key,     // 401 or 403, and there is no key
  refuses_key,   // 401 or 403 in spite of the key
  not_found,     // 404
  server_error,  // 5xx
  other_status,  // any other that is not 200
  not_litellm,   // 200, but not LiteLLM's
  no_database,   // it says so itself
};

// Why a proxy cannot be called well: there is no answer, or this one.
using Cause = std::variant<http::Fault, Ailment>;

struct Verdict {
  bool good = false;
  // Why it is not, or what else is wrong, in words for an operator; empty if nothing is.
  std::string trouble;
  // The same as a type; nothing if nothing is wrong.
  std::optional<Cause> cause;
};

// /health/liveliness: 200 and a JSON value. A page of some other server is no sign of life.
Verdict judge_liveness(const http::Answer& answer);

struct Readiness {
  Verdict verdict;
  // Only what the proxy itself says: by `db`, or by the 503 of LiteLLM up to v1.83, whose readiness
  // checks nothing else. Nothing if it does not say (v1.84.0-rc), or does not answer.
  std::optional<bool> database;
  // Up to v1.83, and where readiness details are public. Empty for what is no version.
  std::string version;
};

// /health/readiness and /health/readiness/details. The status code and `db` decide: `status` says
// "healthy" even in a 503.
Readiness judge_readiness(const http::Answer& answer);

// Corrects the verdict on an answer that is 401 or 403: it says nothing of the proxy, but of the
// key.
void judge_refusal(Verdict& verdict, const http::Answer& answer, bool has_key);

// /health/backlog without this very request. Nothing if it is no such answer.
std::optional<double> requests_in_flight(const http::Answer& answer);

// /model/info: the deployments' public names, by id and by litellm_params.model, which must not be
// ambiguous. LiteLLM lists a wildcard such as openai/* as the models that it stands for (219 for
// one id were seen): it keeps its own name, which is worked out where the list does not have it.
std::optional<ModelNames> model_names(const http::Answer& answer);

// /health: true for each (model, model_id) whose checks all succeeded.
struct ModelHealth {
  std::string model;
  std::string model_id;
  bool operator==(const ModelHealth&) const = default;
  bool operator<(const ModelHealth& other) const {
    return std::tie(model, model_id) < std::tie(other.model, other.model_id);
  }
};
std::optional<std::map<ModelHealth, bool>> model_health(const http::Answer& answer);

}  // namespace litellm_exporter
