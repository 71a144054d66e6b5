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
  // What is, in one line.
  std::string message;
  // What to do about it; empty when nothing is wrong.
  std::string next_step;
};

// What the doctor found, in the order of the examination.
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
  // What a server or a proxy said may hold anything: control characters must not make lines of
  // their own, or rule the terminal.
  void add(Level level, const std::string& subject, const std::string& message,
           const std::string& next_step);

  std::vector<Finding> findings_;
};

}  // namespace litellm_exporter::doctor
