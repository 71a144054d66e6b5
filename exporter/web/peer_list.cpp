// SPDX-License-Identifier: Apache-2.0
#include "web/peer_list.hpp"

#include "web/html.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

std::string_view role_of(const ClusterView::Peer& peer) {
  if (!peer.answers) {
    return "does not answer";
  }
  return peer.is_active ? "counts" : "stands by";
}

}  // namespace

std::string peer_list(const ClusterView& cluster) {
  std::string html = "<ul>\n";
  for (const ClusterView::Peer& peer : cluster.peers) {
    html += fmt::format("<li><a href=\"{0}/status\">{0}/status</a>: {1}</li>\n",
                        escape_html(peer.name), mark(peer.answers, role_of(peer)));
  }
  return html + "</ul>\n";
}

}  // namespace litellm_exporter
