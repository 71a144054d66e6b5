// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"

#include <string>

namespace litellm_exporter::postgres {

// A connection that was not made, for a cause that we find out ourselves. All other causes are
// known only by the words of libpq or of the server.
class ConnectError : public PollError {
 public:
  enum class Cause {
    silent_resolver,  // nobody said in time which address the host has
    unknown_host,     // the host has no address
    silent_server,    // nothing, or too little, came from the address in time
  };

  ConnectError(Cause cause, const std::string& what)
      : PollError(Reason::connect, what), cause_(cause) {}
  Cause cause() const noexcept { return cause_; }

 private:
  Cause cause_;
};

}  // namespace litellm_exporter::postgres
