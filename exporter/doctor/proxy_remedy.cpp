// SPDX-License-Identifier: Apache-2.0
#include "doctor/proxy_remedy.hpp"

#include <variant>

namespace litellm_exporter::doctor {
namespace {

constexpr const char* kUsual =
    "check the URL, and that the proxy runs: docker compose ps; docker compose logs";

// Without a default, so that the compiler tells of a fault that has none.
const char* remedy(http::Fault fault) {
  using http::Fault;
  switch (fault) {
    case Fault::unreachable:
      return "check host and port, and that the proxy runs: docker compose ps; docker compose logs";
    case Fault::connect_timeout:
      return "nothing answers there: check host and port, and the firewalls between";
    case Fault::answer_timeout:
      return "the proxy is overloaded or hangs: look at its load and its log; or give it more time "
             "with litellm.timeout";
    case Fault::handshake:
      return "use http:// if the port speaks no TLS; else see the proxy's log";
    case Fault::untrusted_certificate:
      return "give the authority that signed the proxy's certificate as litellm.ca_file";
    case Fault::untimely_certificate:
      return "renew the proxy's certificate, or correct this clock";
    case Fault::foreign_certificate:
      return "use a host name that stands in the proxy's certificate, in litellm.urls";
    case Fault::ca_file:
      return "correct the path of litellm.ca_file, or its mode";
    case Fault::redirect:
      return "give the URL that it leads to, without the path of the probe";
    case Fault::broken:
    case Fault::too_large:
      break;
  }
  return kUsual;
}

const char* remedy(Ailment ailment) {
  switch (ailment) {
    case Ailment::wants_key:
      return "give the proxy's key as litellm.key_file; or, if what stands before the proxy asks "
             "for a password, put that into the URL";
    case Ailment::refuses_key:
      return "give a key that may ask for the health paths, or let what stands before the proxy "
             "pass them from here";
    case Ailment::not_found:
      return "give the base URL alone, without /v1 or another path";
    case Ailment::server_error:
      return "look into the proxy's log, and that of what stands before it";
    case Ailment::not_litellm:
      return "something else answers there: give the base URL of LiteLLM itself, without a path "
             "that is not its own";
    case Ailment::no_database:
      return "check the proxy's own connection to its database, and its log";
    case Ailment::other_status:
      break;
  }
  return kUsual;
}

}  // namespace

std::string proxy_remedy(const Verdict& verdict) {
  return verdict.cause
             ? std::visit([](auto cause) { return std::string{remedy(cause)}; }, *verdict.cause)
             : std::string{};
}

}  // namespace litellm_exporter::doctor
