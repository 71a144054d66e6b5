// SPDX-License-Identifier: Apache-2.0
// What a proxy answers: every judgement comes to an end and shows nothing of the answer but a
// version.
#include "fuzz.hpp"
#include "proxies/judge.hpp"

#include <array>
#include <cmath>

using namespace litellm_exporter;
using fuzz::require;

namespace {

constexpr std::array kStatuses = {200, 401, 403, 404, 500, 503, 0};

void check_verdict(const Verdict& verdict) {
  require(fuzz::is_clean(verdict.trouble), "trouble is said in one clean line");
  require(verdict.good || verdict.cause, "there is a cause");
}

}  // namespace

// The first byte chooses the status.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  http::Answer answer;
  answer.status = kStatuses[*data % kStatuses.size()];
  answer.body = fuzz::text_of(data + 1, size - 1);
  check_verdict(judge_liveness(answer));
  Readiness readiness = judge_readiness(answer);
  check_verdict(readiness.verdict);
  judge_refusal(readiness.verdict, answer, true);
  check_verdict(readiness.verdict);
  require(fuzz::is_clean(readiness.version) && readiness.version.size() <= 64,
          "a version can be a label");
  const auto in_flight = requests_in_flight(answer);
  require(!in_flight || (std::isfinite(*in_flight) && *in_flight >= 0), "requests can be counted");
  if (const auto names = model_names(answer)) {
    require(!names->by_id.contains("") && !names->by_model.contains(""), "who has a name has one");
  }
  static_cast<void>(model_health(answer));
  return 0;
}
