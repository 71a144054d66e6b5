// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/message.hpp"
#include "config/config.hpp"
#include "http/get.hpp"
#include "state/feed.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace litellm_exporter {

// What is known of a peer.
struct Peer {
  enum class Reach {
    answers,
    absent,  // nobody listens there: the process does not run
    silent,  // it may run
  };

  http::Url url;
  Reach reach = Reach::silent;
  // If it answers.
  PeerState state = {};
  // If it does not, in words.
  std::string trouble = {};
};

// Asks the other exporters of the deployment. Belongs to one thread.
class Peers {
 public:
  // `own_id` is how this exporter knows itself among them.
  Peers(const Config::Cluster& config, std::string own_id);

  // Everybody but this exporter itself. Takes a few seconds at most.
  std::vector<Peer> ask(Wish wish, const std::stop_token& stop);
  // What this peer has saved behind this place of its feed, as read_copy_header() reads it. Nothing
  // if it does not come.
  std::optional<std::string> copy(const Peer& peer, const FeedPlace& place, Milliseconds timeout,
                                  const std::stop_token& stop);

 private:
  http::Options options(Milliseconds timeout) const;
  Peer ask(const http::Url& url, Wish wish, const std::stop_token& stop);
  // Says what has changed.
  void log_reach(const Peer& peer);

  std::vector<http::Url> urls_;
  http::Options options_;
  std::string own_id_;
  // By URL.
  std::map<std::string, std::string> said_;
};

}  // namespace litellm_exporter
