// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"
#include "cluster/peers.hpp"
#include "doctor/examine.hpp"

#include <fmt/format.h>

namespace litellm_exporter::doctor {

void examine_cluster(const Config& config, Report& report) {
  if (config.cluster.peers.empty()) {
    return;
  }
  // An exporter that runs with this configuration answers as one of them.
  std::size_t active = 0;
  for (const Peer& peer : Peers(config.cluster, random_id()).ask(Wish::look, {})) {
    const std::string url = peer.url.shown();
    if (peer.reach != Peer::Reach::answers) {
      report.failure(
          "peer", url + ": " + peer.trouble,
          "start that exporter, let its port through between the hosts in both directions, "
          "and give all of them the same cluster.peers and cluster.secret");
      continue;
    }
    active += peer.state.role == Role::active ? 1 : 0;
    report.ok("peer", fmt::format("{} answers: {}", url, name_of(peer.state.role)));
  }
  if (active > 1) {
    report.failure("cluster", fmt::format("{} exporters count at a time: sums double", active),
                   "give all of them the same database server: two know nothing of each other's "
                   "locks");
  }
}

}  // namespace litellm_exporter::doctor
