// SPDX-License-Identifier: Apache-2.0
#include "doctor/proxy_remedy.hpp"

#include "doctor/phrasebook.hpp"

#include <array>

namespace litellm_exporter::doctor {
namespace {

// The first match counts.
constexpr std::array kRemedies = {
    Remedy{"is not valid at this time", "renew the proxy's certificate, or correct this clock"},
    Remedy{"is not trusted",
           "give the authority that signed the proxy's certificate as litellm.ca_file"},
    Remedy{"is not for this host",
           "use a host name that stands in the proxy's certificate, in litellm.urls"},
    Remedy{"TLS handshake failed",
           "use http:// if the port speaks no TLS; else see the proxy's log"},
    Remedy{"cannot load litellm.ca_file", "correct the path of litellm.ca_file, or its mode"},
    Remedy{"a redirect", "give the URL that it leads to, without the path of the probe"},
    Remedy{"not as LiteLLM does",
           "something else answers there: give the base URL of LiteLLM itself, without a path that "
           "is not its own"},
    Remedy{"answers 404", "give the base URL alone, without /v1 or another path"},
    Remedy{
        "there is no litellm.key",
        "give the proxy's key as litellm.key_file; or, if what stands before the proxy asks for a "
        "password, put that into the URL"},
    Remedy{"refuses litellm.key",
           "give a key that may ask for the health paths, or let what stands before the proxy pass "
           "them from here"},
    Remedy{"answers 5", "look into the proxy's log, and that of what stands before it"},
    Remedy{"cannot connect within",
           "nothing answers there: check host and port, and the firewalls between"},
    Remedy{"cannot connect",
           "check host and port, and that the proxy runs: docker compose ps; docker compose logs"},
    Remedy{"no complete answer within",
           "the proxy is overloaded or hangs: look at its load and its log; or give it more time "
           "with litellm.timeout"},
};

}  // namespace

std::string proxy_remedy(std::string_view trouble) {
  return look_up(kRemedies, trouble)
      .value_or("check the URL, and that the proxy runs: docker compose ps; docker compose logs");
}

}  // namespace litellm_exporter::doctor
