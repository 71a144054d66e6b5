// SPDX-License-Identifier: Apache-2.0
#include "collectors/registry.hpp"

#include "base/log.hpp"
#include "collectors/proxy_subject.hpp"
#include "collectors/table_reader.hpp"
#include "subjects/registry.hpp"

#include <iterator>
#include <string>

namespace litellm_exporter {
namespace {

bool enabled(const SubjectInfo& about, const Config& config) {
  return config.collectors.at(std::string{about.name}).enabled;
}

Collectors table_collectors(const GaugeParts& parts) {
  Collectors made;
  for (const TableSubject* subject : kTableSubjects) {
    const bool superseded = subject->superseded != nullptr && subject->superseded(parts.config);
    if (enabled(subject->info, parts.config) && !superseded) {
      made.push_back(std::make_unique<TableReader>(subject->info, parts, subject->read));
    }
  }
  return made;
}

Collectors proxy_collectors(const GaugeParts& parts) {
  Collectors made;
  for (const ProxySubject* subject : kProxySubjects) {
    const bool possible =
        !parts.proxies.urls().empty() && (!subject->needs_key || parts.proxies.has_key());
    if (enabled(subject->info, parts.config) && possible) {
      made.push_back(subject->make(subject->info, parts));
    } else if (enabled(subject->info, parts.config) && !subject->info.enabled) {
      // Only what was asked for is missed.
      log::warn("this collector was asked for, but it needs litellm.urls and litellm.key",
                {{"collector", subject->info.name}});
    }
  }
  return made;
}

}  // namespace

SubjectList subjects() {
  static const std::vector<SubjectInfo> infos = [] {
    std::vector<SubjectInfo> all;
    all.reserve(std::size(kTableSubjects) + std::size(kProxySubjects));
    for (const TableSubject* subject : kTableSubjects) {
      all.push_back(subject->info);
    }
    for (const ProxySubject* subject : kProxySubjects) {
      all.push_back(subject->info);
    }
    return all;
  }();
  return infos;
}

Collectors make_collectors(Source source, const GaugeParts& parts) {
  return source == Source::database ? table_collectors(parts) : proxy_collectors(parts);
}

}  // namespace litellm_exporter
