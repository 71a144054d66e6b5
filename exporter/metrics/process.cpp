// SPDX-License-Identifier: Apache-2.0
#include "metrics/process.hpp"

#include "metrics/family.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace litellm_exporter {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily single(const char* name, const char* help, MetricType type, double value) {
  MetricFamily family = make_family(name, help, type);
  add_sample(family, value);
  return family;
}

// Fields of /proc/self/stat after the command, which is in parentheses and may hold blanks:
// index 0 is the third field of proc(5).
std::vector<double> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end_of_command = line.rfind(')');
  std::vector<double> fields;
  if (end_of_command != std::string::npos) {
    std::istringstream rest(line.substr(end_of_command + 1));
    std::string state;
    rest >> state;
    fields.push_back(0);
    for (double value = 0; rest >> value;) {
      fields.push_back(value);
    }
  }
  return fields;
}

}  // namespace

std::vector<MetricFamily> process_metrics(std::chrono::system_clock::time_point started) {
  std::vector<MetricFamily> families;
  const std::vector<double> stat = stat_fields();
  constexpr std::size_t kResidentPages = 21;
  if (stat.size() > kResidentPages) {
    constexpr std::size_t kUserTime = 11;
    constexpr std::size_t kSystemTime = 12;
    constexpr std::size_t kThreads = 17;
    constexpr std::size_t kVirtualBytes = 20;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    families.push_back(single("process_cpu_seconds_total",
                              "Total user and system CPU time spent in seconds.",
                              MetricType::Counter, (stat[kUserTime] + stat[kSystemTime]) / ticks));
    families.push_back(single("process_threads", "Number of threads of the process.",
                              MetricType::Gauge, stat[kThreads]));
    families.push_back(single("process_virtual_memory_bytes", "Virtual memory size in bytes.",
                              MetricType::Gauge, stat[kVirtualBytes]));
    families.push_back(single("process_resident_memory_bytes", "Resident memory size in bytes.",
                              MetricType::Gauge,
                              stat[kResidentPages] * static_cast<double>(::sysconf(_SC_PAGESIZE))));
  }
  std::error_code error;
  double open_files = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++open_files;
  }
  if (!error) {
    // One of them was the directory itself.
    families.push_back(single("process_open_fds", "Number of open file descriptors.",
                              MetricType::Gauge, open_files - 1));
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(single("process_max_fds", "Maximum number of open file descriptors.",
                              MetricType::Gauge, static_cast<double>(limit.rlim_cur)));
  }
  families.push_back(single("process_start_time_seconds",
                            "Start time of the process since unix epoch in seconds.",
                            MetricType::Gauge, unix_seconds(started)));
  return families;
}

}  // namespace litellm_exporter
