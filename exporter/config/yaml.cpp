// SPDX-License-Identifier: Apache-2.0
#include "config/yaml.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/config.hpp"

#include <fmt/format.h>

#include <cmath>

namespace litellm_exporter {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

// Marks count from zero; people and editors count from one.
int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

}  // namespace

YamlMap YamlMap::load(const std::string& path) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(read_file(path, kLargestFile));
    if (documents.size() > 1) {
      throw ConfigError(
          fmt::format("{}:1: holds {} YAML documents, expected one: remove the second ---", path,
                      documents.size()));
    }
    return {path, "", documents.empty() ? YAML::Node() : documents.front()};
  } catch (const FileError& e) {
    throw ConfigError(e.what());
  } catch (const YAML::Exception& e) {
    throw ConfigError(fmt::format("{}:{}: not valid YAML: {}", path, e.mark.line + 1, e.msg));
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
    const auto [place, fresh] = lines_.emplace(key, line_of(entry.first));
    if (!fresh) {
      throw ConfigError(fmt::format("{}:{}: {}{}: duplicate key, first seen in line {}", file_,
                                    line_of(entry.first), path_.empty() ? "" : path_ + ".", key,
                                    place->second));
    }
  }
}

void YamlMap::fail(const std::string& key, const std::string& reason) const {
  const auto place = lines_.find(key);
  const int line = place == lines_.end() ? line_of(node_) : place->second;
  throw ConfigError(
      fmt::format("{}:{}: {}{}: {}", file_, line, path_.empty() ? "" : path_ + ".", key, reason));
}

YAML::Node YamlMap::find(const std::string& key) {
  known_.insert(key);
  // The const operator[] does not create the key.
  const YAML::Node value = static_cast<const YAML::Node&>(node_)[key];
  return value.IsDefined() && !value.IsNull() ? value : YAML::Node(YAML::NodeType::Null);
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

void YamlMap::read(const std::string& key, std::size_t& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    constexpr std::int64_t kMost = 100'000'000;
    const auto value = scalar<std::int64_t>(key, node, "a whole number");
    if (value < 1 || value > kMost) {
      fail(key, fmt::format("expected a whole number from 1 to {}", kMost));
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

void YamlMap::read(const std::string& key, Milliseconds& target) {
  if (const YAML::Node node = find(key); !node.IsNull()) {
    constexpr const char* kExpected = "a duration such as 15s or 1h30m";
    const auto duration = parse_duration(scalar<std::string>(key, node, kExpected));
    if (!duration) {
      fail(key, fmt::format("expected {}", kExpected));
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
  for (const auto& [name, line] : map.lines_) {
    map.read(name, target[name]);
  }
}

void YamlMap::read(const std::string& key, std::map<std::string, std::string>& target) {
  YamlMap map = section(key);
  for (const auto& [name, line] : map.lines_) {
    map.read(name, target[name]);
  }
}

void YamlMap::finish() const {
  for (const auto& [key, line] : lines_) {
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
