// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/self.hpp"

#include <string>

namespace litellm_exporter {

// The other exporters of the cluster with links to their numbers, as a list.
std::string peer_list(const ClusterView& cluster);

}  // namespace litellm_exporter
