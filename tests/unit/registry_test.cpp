// SPDX-License-Identifier: Apache-2.0
#include "collectors/registry.hpp"

#include "collectors/proxy_subject.hpp"
#include "subjects/registry.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace litellm_exporter;

TEST_CASE("a subject has the pace of the source that its list stands for") {
  for (const TableSubject* subject : kTableSubjects) {
    CHECK(subject->info.source == Source::database);
  }
  for (const ProxySubject* subject : kProxySubjects) {
    CHECK(subject->info.source == Source::proxy);
  }
}

TEST_CASE("each subject has a name of its own") {
  std::set<std::string_view> names;
  for (const SubjectInfo& about : subjects()) {
    CHECK(names.insert(about.name).second);
  }
}
