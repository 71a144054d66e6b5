// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "subjects/reading.hpp"

#include <cstddef>

namespace litellm_exporter {

// A subject that one function reads from the database.
class TableReader : public GaugeCollector {
 public:
  using Read = void (*)(Reading&);

  TableReader(const SubjectInfo& about, const GaugeParts& parts, Read read)
      : GaugeCollector(about, parts), read_(read) {}

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return gaps_; }

 private:
  void say_left_out(std::size_t count);
  void say_indistinct(Findings& findings);

  Read read_;
  Memory memory_;
  Gaps gaps_;
  // Those of them that the log knows.
  Gaps said_;
  bool said_left_out_ = false;
  bool said_indistinct_ = false;
};

}  // namespace litellm_exporter
