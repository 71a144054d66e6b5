// SPDX-License-Identifier: Apache-2.0
#include "config/yaml.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/yaml_document.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <utility>

namespace litellm_exporter {
namespace {

// Certificates that a web configuration holds itself included.
constexpr std::size_t kLargestFile = 128 << 10;

// Marks count from zero; people and editors count from one.
int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

// What the file says, fit for a line of the log.
std::string quoted(const std::string& text) {
  constexpr std::size_t kLongest = 500;
  return clean_label(text, kLongest);
}

}  // namespace

YamlMap YamlMap::load(const std::string& path) {
  try {
    return {path, "", parse_document(read_file(path, kLargestFile))};
  } catch (const FileError& e) {
    throw ConfigError(e.what());
  } catch (const YAML::Exception& e) {
    throw ConfigError(
        fmt::format("{}:{}: not valid YAML: {}", path, e.mark.line + 1, quoted(e.msg)));
  }
}

YamlMap::YamlMap(std::string file, std::string path, const YAML::Node& node)
    : file_(std::move(file)), path_(std::move(path)), node_(node) {
  if (!node_.IsDefined() || node_.IsNull()) {
    node_ = YAML::Node(YAML::NodeType::Map);
    return;
  }
  if (!node_.IsMap()) {
    throw ConfigError(fmt::format("{}:{}: {}: expected a mapping of keys to values", file_,
                                  line_of(node_), path_.empty() ? "file" : path_));
  }
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) {
      throw ConfigError(
          fmt::format("{}:{}: a key must be plain text", file_, line_of(entry.first)));
    }
    const auto& key = entry.first.Scalar();
    const auto [place, fresh] = entries_.emplace(key, Entry{line_of(entry.first), entry.second});
    if (!fresh) {
      throw ConfigError(fmt::format("{}:{}: {}{}: duplicate key, first seen in line {}", file_,
                                    line_of(entry.first), path_.empty() ? "" : path_ + ".",
                                    quoted(key), place->second.line));
    }
  }
}

void YamlMap::fail(const std::string& key, const std::string& reason) const {
  const auto place = entries_.find(key);
  const int line = place == entries_.end() ? line_of(node_) : place->second.line;
  throw ConfigError(fmt::format("{}:{}: {}{}: {}", file_, line, path_.empty() ? "" : path_ + ".",
                                quoted(key), quoted(reason)));
}

YAML::Node YamlMap::find(const std::string& key) {
  known_.insert(key);
  // yaml-cpp would compare with every key before it.
  const auto found = entries_.find(key);
  return found != entries_.end() ? found->second.value : YAML::Node(YAML::NodeType::Null);
}

bool YamlMap::has(const std::string& key) { return !find(key).IsNull(); }

YamlMap YamlMap::section(const std::string& key) {
  return {file_, path_.empty() ? key : path_ + "." + key, find(key)};
}

template <typename T>
T YamlMap::scalar(const std::string& key, const YAML::Node& node, const char* expected) const {
  T value{};
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value)) {
    fail(key, fmt::format("expected {}", expected));
  }
  return value;
}

void YamlMap::read(const std::string& key, std::string& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    target = scalar<std::string>(key, node, "text");
  }
}

void YamlMap::read(const std::string& key, bool& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    target = scalar<bool>(key, node, "true or false");
  }
}

void YamlMap::read(const std::string& key, std::size_t& target, CountRange range) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    const auto value = scalar<std::int64_t>(key, node, "a whole number");
    if (std::cmp_less(value, range.least) || std::cmp_greater(value, range.most)) {
      fail(key, fmt::format("expected a whole number from {} to {}", range.least, range.most));
    }
    target = static_cast<std::size_t>(value);
  }
}

void YamlMap::read(const std::string& key, double& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    target = scalar<double>(key, node, "a number");
    if (!std::isfinite(target)) {
      fail(key, "expected a finite number");
    }
  }
}

void YamlMap::read(const std::string& key, Milliseconds& target, DurationRange range) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    constexpr const char* kExpected = "a duration such as 15s or 1h30m";
    const auto duration = parse_duration(scalar<std::string>(key, node, kExpected));
    if (!duration) {
      fail(key, fmt::format("expected {}", kExpected));
    }
    if (*duration < parse_duration(range.shortest) || *duration > parse_duration(range.longest)) {
      fail(key, fmt::format("{} is outside {} to {}", format_duration(*duration), range.shortest,
                            range.longest));
    }
    target = *duration;
  }
}

void YamlMap::read(const std::string& key, std::vector<double>& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    if (!node.IsSequence()) {
      fail(key, "expected a list of numbers");
    }
    target.clear();
    for (const YAML::Node& item : node) {
      target.push_back(scalar<double>(key, item, "a list of numbers"));
    }
  }
}

void YamlMap::read(const std::string& key, std::vector<std::string>& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    if (!node.IsSequence()) {
      fail(key, "expected a list of texts");
    }
    target.clear();
    for (const YAML::Node& item : node) {
      target.push_back(scalar<std::string>(key, item, "a list of texts"));
    }
  }
}

void YamlMap::read(const std::string& key, std::map<std::string, double>& target) {
  YamlMap map = section(key);
  for (const auto& [name, entry] : map.entries_) {
    map.read(name, target[name]);
  }
}

void YamlMap::read(const std::string& key, std::map<std::string, std::string>& target) {
  YamlMap map = section(key);
  for (const auto& [name, entry] : map.entries_) {
    map.read(name, target[name]);
  }
}

void YamlMap::finish() const {
  for (const auto& [key, entry] : entries_) {
    if (!known_.contains(key)) {
      std::string names;
      for (const std::string& name : known_) {
        names += (names.empty() ? "" : ", ") + name;
      }
      fail(key, "unknown key; known here: " + names);
    }
  }
}

}  // namespace litellm_exporter
