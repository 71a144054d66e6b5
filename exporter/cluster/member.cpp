// SPDX-License-Identifier: Apache-2.0
#include "cluster/member.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "state/codec.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace litellm_exporter {
Member::Member(const Config& config, Parts parts)
    : parts_(std::move(parts)),
      secret_(config.cluster.secret),
      poll_interval_(config.database.poll_interval),
      election_(Lease(parts_.connect([this](bool answered) {
                  // While it counts, the collectors say it.
                  if (standing_.role() != Role::active) {
                    parts_.board.set_database_up(answered);
                  }
                }),
                      config.database.conninfo.schema),
                Peers(config.cluster, standing_.id()), standing_, *this) {}

bool Member::shows() const {
  if (!standing_.is_active(Standing::Clock::now())) {
    return false;
  }
  if (!parts_.tally.revealed() && parts_.board.caught_up()) {
    parts_.tally.reveal();
  }
  return parts_.tally.revealed();
}

bool Member::is_ready() const {
  return standing_.role() == Role::active ? shows() && parts_.board.all_polled() : stands_by_well();
}

bool Member::stands_by_well() const {
  const Election::View election = election_.view();
  return !copy_fails_ && election.copied_at &&
         std::ranges::any_of(election.peers, [](const Peer& peer) {
           return peer.reach == Peer::Reach::answers && peer.state.role == Role::active;
         });
}

ClusterView Member::view() const {
  const Election::View election = election_.view();
  ClusterView view;
  view.is_active = shows();
  view.copied_at = view.is_active ? std::nullopt : election.copied_at;
  for (const Peer& peer : election.peers) {
    const bool answers = peer.reach == Peer::Reach::answers;
    view.peers.push_back({peer.url.shown(), answers, answers && peer.state.role == Role::active});
  }
  return view;
}

bool Member::admits(std::string_view secret) const {
  const std::string& wanted = secret_.reveal();
  return secret.size() == wanted.size() &&
         CRYPTO_memcmp(secret.data(), wanted.data(), wanted.size()) == 0;
}

std::string Member::answer(const std::string& from, std::string_view wish) {
  const auto now = Standing::Clock::now();
  PeerState state;
  if (from != standing_.id()) {
    state.promised = wish == name_of(Wish::promise) && standing_.promise(from, now);
    if (wish == name_of(Wish::resign)) {
      standing_.resigned(from);
    }
  }
  state.id = standing_.id();
  state.role = standing_.role();
  state.leased = standing_.is_leased(now);
  state.saved = !parts_.tally.empty();
  state.polled_at = parts_.tally.polled_at();
  return to_json(state);
}

StateFeed::Piece Member::saved(const FeedPlace& place) const {
  return parts_.tally.feed().since(place);
}

void Member::take_over(std::optional<Standing::Clock::duration> age) {
  // A new series shows its value one poll after the series at the earliest, so that a copy which is
  // younger has all series that were shown.
  parts_.begin(!age || *age > poll_interval_);
}

void Member::step_down() { parts_.end(); }

FeedPlace Member::copied() const { return parts_.tally.copied(); }

bool Member::copy(const std::string& bytes) {
  std::string trouble;
  try {
    parts_.tally.copy(bytes);
  } catch (const DecodeError& e) {
    trouble = std::string{"it "} + e.what();
  } catch (const FileError& e) {
    trouble = e.what();
  }
  if (!trouble.empty() && !copy_fails_.exchange(true)) {
    log::warn(
        "cannot keep a copy of the active exporter's counters; this one would go on from an older "
        "one",
        {{"err", trouble}});
  }
  copy_fails_ = !trouble.empty();
  return trouble.empty();
}

bool Member::has_saved() const { return !parts_.tally.empty(); }

std::int64_t Member::polled_at() const { return parts_.tally.polled_at(); }

}  // namespace litellm_exporter
