// SPDX-License-Identifier: Apache-2.0
#include "cluster/peers.hpp"

#include "base/log.hpp"
#include "net/listening.hpp"

#include <fmt/format.h>

#include <utility>

namespace litellm_exporter {
namespace {

// All of them together must take less than a lease.
constexpr Milliseconds kTimeout{1'500};
// Whoever ends has little time.
constexpr Milliseconds kResignTimeout{1'000};

constexpr std::size_t kLargestAnswer = 4'096;
constexpr std::size_t kLargestCopy = std::size_t{256} << 20U;

std::string trouble_of(const http::Answer& answer) {
  if (answer.trouble) {
    return answer.trouble->words;
  }
  if (answer.status == 403) {
    return "it has another cluster.secret";
  }
  if (answer.status == 401) {
    return "it wants a user and a password: write them into its URL in cluster.peers";
  }
  if (answer.status != 200) {
    return fmt::format("it answers {}: no exporter with cluster.peers is there", answer.status);
  }
  return "its answer is not that of an exporter of this version";
}

}  // namespace

Peers::Peers(const Config::Cluster& config, std::string own_id)
    : urls_(config.peers), own_id_(std::move(own_id)) {
  options_.ca_file = config.ca_file;
  options_.insecure_skip_verify = config.insecure_skip_verify;
  options_.headers = {{kClusterSecretHeader, config.secret}};
}

http::Options Peers::options(Milliseconds timeout) const {
  http::Options options = options_;
  options.timeout = timeout;
  return options;
}

std::vector<Peer> Peers::ask(Wish wish, const std::stop_token& stop) {
  std::vector<Peer> others;
  for (const http::Url& url : urls_) {
    Peer peer = ask(url, wish, stop);
    if (peer.state.id != own_id_) {
      others.push_back(std::move(peer));
    }
  }
  return others;
}

Peer Peers::ask(const http::Url& url, Wish wish, const std::stop_token& stop) {
  Peer peer{url};
  const std::string path = fmt::format("{}?from={}&wish={}", kClusterPath, own_id_, name_of(wish));
  const Milliseconds timeout = wish == Wish::resign ? kResignTimeout : kTimeout;
  const http::Answer answer =
      http::get(url, path, Secret{}, options(timeout), kLargestAnswer, stop);
  const auto state =
      answer.trouble || answer.status != 200 ? std::nullopt : parse_peer_state(answer.body);
  if (state) {
    peer.state = *state;
    peer.reach = Peer::Reach::answers;
  } else if (answer.trouble && answer.trouble->fault == http::Fault::unreachable &&
             wish != Wish::resign && refuses_connections(url.host, url.port, timeout, stop)) {
    peer.reach = Peer::Reach::absent;
  }
  peer.trouble = state ? std::string{} : trouble_of(answer);
  if (!stop.stop_requested()) {
    log_reach(peer);
  }
  return peer;
}

void Peers::log_reach(const Peer& peer) {
  std::string& said = said_.try_emplace(peer.url.shown()).first->second;
  if (said == peer.trouble) {
    return;
  }
  if (peer.trouble.empty()) {
    log::info("the peer answers again", {{"peer", peer.url.shown()}});
  } else {
    log::warn("a peer of the cluster does not answer as one",
              {{"peer", peer.url.shown()}, {"err", peer.trouble}});
  }
  said = peer.trouble;
}

std::optional<std::string> Peers::copy(const Peer& peer, const FeedPlace& place,
                                       Milliseconds timeout, const std::stop_token& stop) {
  const std::string path =
      fmt::format("{}?file={}&begin={}", kClusterStatePath, place.file_id, place.end);
  http::Answer answer = http::get(peer.url, path, Secret{}, options(timeout), kLargestCopy, stop);
  if (answer.trouble || answer.status != 200) {
    if (!stop.stop_requested() && answer.status != 404) {
      log::warn("cannot copy the counters of the active exporter",
                {{"peer", peer.url.shown()}, {"err", trouble_of(answer)}});
    }
    return std::nullopt;
  }
  return std::move(answer.body);
}

}  // namespace litellm_exporter
