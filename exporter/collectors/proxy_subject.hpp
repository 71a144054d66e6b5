// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "config/subject.hpp"

#include <array>
#include <memory>

namespace litellm_exporter {

// A subject that the proxies answer, and only where there are litellm.urls.
struct ProxySubject {
  SubjectInfo info;
  std::unique_ptr<Collector> (*make)(const SubjectInfo&, const GaugeParts&);
  // Whether it needs litellm.key as well.
  bool needs_key = false;
};

template <typename T>
std::unique_ptr<Collector> make_collector(const SubjectInfo& about, const GaugeParts& parts) {
  return std::make_unique<T>(about, parts);
}

// Each stands in the file of its name, with its gauges and its collector.
extern const ProxySubject model_names_subject;
extern const ProxySubject model_probe_subject;
extern const ProxySubject proxies_subject;

// In the order in which they are documented.
inline constexpr std::array kProxySubjects = {
    &proxies_subject,
    &model_names_subject,
    &model_probe_subject,
};

}  // namespace litellm_exporter
