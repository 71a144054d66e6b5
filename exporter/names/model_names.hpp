// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace litellm_exporter {

// The public model names of deployments, as a proxy lists them.
struct ModelNames {
  // By the deployment's id.
  std::map<std::string, std::string> by_id;
  // By what the deployment calls, such as openai/gpt-4o; only where that has one public name.
  std::map<std::string, std::string> by_model;
};

// Hands the names from the collector that asks a proxy to the one that reads the database. May be
// used from any thread.
class ModelNameStore {
 public:
  void set(ModelNames names) {
    auto fresh = std::make_shared<const ModelNames>(std::move(names));
    const std::lock_guard lock(mutex_);
    names_ = std::move(fresh);
  }
  std::shared_ptr<const ModelNames> get() const {
    const std::lock_guard lock(mutex_);
    return names_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ModelNames> names_ = std::make_shared<const ModelNames>();
};

}  // namespace litellm_exporter
