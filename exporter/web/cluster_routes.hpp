// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "web/routes.hpp"

#include <httplib.h>

namespace litellm_exporter {

// What exporters of one deployment ask each other: see cluster/message.hpp. Only for those that
// know the secret; 404 where this exporter is alone.
void serve_cluster(const WebContext& context, const httplib::Request& request,
                   httplib::Response& response);
// The bytes of the state, for a copy: see state/feed.hpp.
void serve_cluster_state(const WebContext& context, const httplib::Request& request,
                         httplib::Response& response);

}  // namespace litellm_exporter
