// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "config/error.hpp"

#include <yaml-cpp/yaml.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace litellm_exporter {

// The shortest and the longest duration that a key takes, in an operator's words: {"1s", "7d"}.
struct DurationRange {
  std::string_view shortest;
  std::string_view longest;
};

struct CountRange {
  std::size_t least = 0;
  std::size_t most = 0;
};

// One mapping of a YAML file, read strictly: yaml-cpp accepts duplicate and unknown keys, an
// operator's typing error must not be accepted. read() leaves its target alone when the key is
// absent or empty; finish() refuses the keys that nobody read. All throw ConfigError.
class YamlMap {
 public:
  // An empty file is an empty mapping. The file is not trusted to be small or sane: any is read or
  // refused within a second and some megabytes.
  static YamlMap load(const std::string& path);

  YamlMap section(const std::string& key);

  void read(const std::string& key, std::string& target);
  void read(const std::string& key, bool& target);
  void read(const std::string& key, double& target);
  void read(const std::string& key, std::size_t& target, CountRange range);
  void read(const std::string& key, Milliseconds& target, DurationRange range);
  void read(const std::string& key, std::vector<double>& target);
  void read(const std::string& key, std::vector<std::string>& target);
  void read(const std::string& key, std::map<std::string, double>& target);
  void read(const std::string& key, std::map<std::string, std::string>& target);

  // Reads a `Raw` and keeps what `parse` makes of it; `parse` throws ConfigError with the reason.
  template <typename Raw, typename Value, typename Target>
  void read(const std::string& key, Target& target, Value (*parse)(Raw)) {
    if (has(key)) {
      std::remove_cvref_t<Raw> raw{};
      read(key, raw);
      with_place(key, [&] { target = parse(raw); });
    }
  }

  bool has(const std::string& key);
  void finish() const;

  // Throws with the place of `key`, or of the mapping where the key is absent.
  [[noreturn]] void fail(const std::string& key, const std::string& reason) const;
  // Runs `work`, whose ConfigError is a bare reason, and throws it with that place.
  template <typename Work>
  void with_place(const std::string& key, const Work& work) const {
    try {
      work();
    } catch (const ConfigError& e) {
      fail(key, e.what());
    }
  }

 private:
  struct Entry {
    int line = 0;
    YAML::Node value;
  };

  YamlMap(std::string file, std::string path, const YAML::Node& node);

  YAML::Node find(const std::string& key);
  template <typename T>
  T scalar(const std::string& key, const YAML::Node& node, const char* expected) const;

  std::string file_;
  std::string path_;
  YAML::Node node_;
  std::map<std::string, Entry> entries_;
  std::set<std::string> known_;
};

}  // namespace litellm_exporter
