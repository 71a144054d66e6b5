// SPDX-License-Identifier: Apache-2.0
#include "postgres/conninfo.hpp"
#include "postgres/tls_files.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace litellm_exporter::postgres {
namespace {

// From the weakest to the strictest.
constexpr std::array<std::string_view, 6> kModes = {"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};
constexpr std::ptrdiff_t kUnknown = kModes.size();

std::ptrdiff_t strictness(std::string_view mode) {
  return std::find(kModes.begin(), kModes.end(), mode) - kModes.begin();
}

std::string take(Parameters& parameters, const char* name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) {
    return {};
  }
  std::string value = std::move(found->second);
  parameters.erase(found);
  return value;
}

// sslmode, or what JDBC and some drivers say instead: the stricter of the two.
std::string take_mode(Parameters& parameters) {
  const bool said = parameters.contains("sslmode");
  std::string mode = take(parameters, "sslmode");
  std::string ssl = take(parameters, "ssl");
  if (ssl == "true" || ssl == "1") {
    ssl = "require";
  } else if (ssl == "false" || ssl == "0") {
    ssl.clear();
  }
  for (const std::string& one : {mode, ssl}) {
    if ((!one.empty() && strictness(one) == kUnknown) || (said && mode.empty())) {
      throw ConninfoError(
          "sslmode: expected disable, allow, prefer, require, verify-ca or verify-full");
    }
  }
  return mode.empty() || (!ssl.empty() && strictness(ssl) > strictness(mode)) ? ssl : mode;
}

enum class Accept { unsaid, strict, anything };

Accept take_accept(Parameters& parameters) {
  const bool said = parameters.contains("sslaccept");
  const std::string accept = take(parameters, "sslaccept");
  if (said && accept != "strict" && accept != "accept_invalid_certs") {
    throw ConninfoError("sslaccept: expected strict or accept_invalid_certs");
  }
  return !said ? Accept::unsaid : accept == "strict" ? Accept::strict : Accept::anything;
}

void verify_fully(std::string& mode, const char* asked_by) {
  if (mode == "disable" || mode == "allow") {
    throw ConninfoError("sslmode=" + mode + " contradicts " + asked_by + ": remove one of them");
  }
  mode = "verify-full";
}

// A demand must hold even if a file is missing: libpq's require would then verify nothing.
void choose_mode(Parameters& parameters, std::string& mode, Accept accept,
                 const std::string& authorities) {
  const bool demands = strictness(mode) >= strictness("require") && !mode.empty();
  const bool verifies = demands && mode != "require";
  if (parameters["sslrootcert"].empty() &&
      (accept == Accept::strict || verifies || (demands && accept == Accept::unsaid))) {
    parameters["sslrootcert"] = authorities;
  }
  std::string& root = parameters["sslrootcert"];
  if (root == "system") {
    verify_fully(mode, "sslrootcert=system");
  }
  if (accept == Accept::strict) {
    verify_fully(mode, "sslaccept=strict");
  }
  if (root == "system" || (root.empty() && accept == Accept::strict)) {
    root = system_authorities();
  }
  if (mode == "require" && !root.empty()) {
    mode = "verify-ca";
  }
  if (root.empty()) {
    parameters.erase("sslrootcert");
  }
}

}  // namespace

std::shared_ptr<const ClientIdentity> translate_tls(Parameters& parameters, bool from_url) {
  const bool prisma =
      from_url && !parameters.contains("sslkey") && !parameters.contains("sslrootcert");
  const std::string bundle = take(parameters, "sslidentity");
  if (!bundle.empty() && parameters.contains("sslkey")) {
    throw ConninfoError("give either sslidentity or sslcert and sslkey, not both");
  }
  std::string mode = take_mode(parameters);
  const Accept accept = take_accept(parameters);
  choose_mode(parameters, mode, accept, prisma ? take(parameters, "sslcert") : std::string{});
  if (!mode.empty()) {
    parameters["sslmode"] = mode;
  }
  if (bundle.empty()) {
    return nullptr;
  }
  auto identity = std::make_shared<const ClientIdentity>(bundle, take(parameters, "sslpassword"));
  parameters["sslcert"] = identity->certificate_path();
  parameters["sslkey"] = identity->key_path();
  return identity;
}

}  // namespace litellm_exporter::postgres
