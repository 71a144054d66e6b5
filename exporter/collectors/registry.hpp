// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "config/subject.hpp"

#include <memory>
#include <vector>

namespace litellm_exporter {

// Every subject that is replaced whole at each poll. The table behind these functions also gives
// the configuration its keys, the command line its flags and their help.
SubjectList subjects();

// The enabled ones of this source. Proxies need litellm.urls, some of them litellm.key.
std::vector<std::unique_ptr<Collector>> make_collectors(Source source, const GaugeParts& parts);

}  // namespace litellm_exporter
