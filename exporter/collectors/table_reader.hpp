// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "subjects/reading.hpp"

#include <set>

namespace litellm_exporter {

// A subject that one function reads from the database.
class TableReader : public GaugeCollector {
 public:
  using Read = void (*)(Reading&);

  TableReader(const SubjectInfo& about, const GaugeParts& parts, Read read)
      : GaugeCollector(about, parts), read_(read) {}

  void collect(const std::stop_token& stop) override;
  std::string missing() const override;
  std::size_t gaps() const override { return gaps_.size(); }

 private:
  void say(const Gaps& gaps);
  void say_left_out(std::size_t series);

  Read read_;
  AuditedDay audited_;
  std::set<std::string> gaps_;
  // What of it the log knows.
  std::set<std::string> said_;
  bool said_left_out_ = false;
};

}  // namespace litellm_exporter
