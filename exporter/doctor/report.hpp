// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace litellm_exporter::doctor {

enum class Level { ok, warning, failure };

struct Finding {
  Level level = Level::ok;
  std::string subject;
  // The state of things in one line.
  std::string message;
  // The remedy; empty when nothing is wrong.
  std::string next_step;
};

// The findings of the doctor, in the order of the examination.
class Report {
 public:
  void ok(const std::string& subject, const std::string& message);
  void warning(const std::string& subject, const std::string& message,
               const std::string& next_step);
  void failure(const std::string& subject, const std::string& message,
               const std::string& next_step);

  std::size_t count(Level level) const;
  // Whether there is a finding about it.
  bool mentions(const std::string& subject) const;

  // One screen for people.
  void print(std::ostream& out) const;
  // One JSON document for machines.
  void print_json(std::ostream& out) const;

 private:
  // The words of a server or a proxy may hold anything: their control characters must not make
  // lines of their own, or rule the terminal.
  void add(Level level, const std::string& subject, const std::string& message,
           const std::string& next_step);

  std::vector<Finding> findings_;
};

}  // namespace litellm_exporter::doctor
