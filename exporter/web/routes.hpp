// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/member.hpp"
#include "metrics/self.hpp"
#include "server/guard.hpp"
#include "tally/reader.hpp"

#include <httplib.h>

#include <functional>
#include <string>
#include <vector>

namespace litellm_exporter {

// What came of a reload that a client asked for.
struct Reloaded {
  enum class Outcome { done, refused, busy } outcome = Outcome::done;
  // Why it was refused.
  std::string reason;
};

// What the routes need of the rest; every function may be called from any thread.
struct WebContext {
  // Asked before any route.
  Guard& guard;
  std::string telemetry_path;
  const TallyReader& tally;
  const GaugeBoard& gauges;
  std::function<SelfView()> self;
  SelfText& self_text;
  // Origins that may show /status in a frame.
  std::vector<std::string> frame_ancestors;
  std::function<bool()> ready;
  // Reloads the configuration, which may take as long as a poll, or says at once that another does.
  // Empty: clients may not ask for it.
  std::function<Reloaded()> reload;
  // Null where this exporter is alone.
  Member* member = nullptr;
};

// Serves every path that there is, and answers 404, 405 or 413 to everything else. Nothing that
// serves the metrics waits for a database, a proxy or a lock that is held for longer than a copy.
void add_routes(httplib::Server& server, const WebContext& context);

}  // namespace litellm_exporter
