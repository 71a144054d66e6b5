// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/standing.hpp"
#include "postgres/database.hpp"

#include <cstdint>
#include <stop_token>
#include <string>

namespace litellm_exporter {

// The right to count, which one exporter has at a time: an advisory lock of the database, given
// for kLease and renewed. The server takes it back when it is not renewed, and when the connection
// ends. Exporters that read through one pooler or from one server contend for it; two servers, such
// as two read replicas, know nothing of each other's locks. Belongs to one thread.
class Lease {
 public:
  enum class Outcome { held, taken, unanswered };

  // `schema` tells deployments in one database apart.
  Lease(postgres::Database database, const std::string& schema);

  // Takes it, or keeps it.
  Outcome renew(const std::stop_token& stop);
  // Asks for nothing: whether the database answers is known to its `Answered` then.
  void look(const std::stop_token& stop);
  void release(const std::stop_token& stop);
  // Until when the server gives it to nobody else.
  Standing::Clock::time_point until() const noexcept { return until_; }

 private:
  postgres::Database database_;
  std::int64_t key_;
  Standing::Clock::time_point until_;
  bool said_ = false;
};

}  // namespace litellm_exporter
