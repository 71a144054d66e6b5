// SPDX-License-Identifier: Apache-2.0
#include "spendlog/server_history.hpp"

namespace litellm_exporter {

ServerHistory::Found ServerHistory::compare(const Identity& identity,
                                            const Position& position) const {
  if (cluster.empty()) {
    return Found::same;
  }
  if (!same_cluster(cluster, identity.cluster)) {
    return Found::other;
  }
  if (!position.replayed) {
    return Found::same;
  }
  const bool comparable = identity.timeline == 0 || timeline == 0 || identity.timeline == timeline;
  const bool reached = comparable ? position.next >= newest : identity.timeline > timeline;
  return reached ? Found::same : Found::behind;
}

void ServerHistory::follow(const Identity& identity, const Position& position) {
  cluster = identity.cluster;
  timeline = std::max(timeline, identity.timeline);
  newest = position.next;
}

}  // namespace litellm_exporter
