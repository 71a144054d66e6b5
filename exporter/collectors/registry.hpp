// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "config/subject.hpp"
#include "poll/worker.hpp"

namespace litellm_exporter {

// Every subject whose gauges are replaced whole at each poll: it gives the configuration its keys,
// the command line its flags and their help.
SubjectList subjects();

// The enabled ones of this source. Proxies need litellm.urls, some of them litellm.key.
Collectors make_collectors(Source source, const GaugeParts& parts);

}  // namespace litellm_exporter
