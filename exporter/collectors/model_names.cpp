// SPDX-License-Identifier: Apache-2.0
#include "collectors/ask_any.hpp"
#include "collectors/proxy_subject.hpp"
#include "proxies/judge.hpp"

#include <map>
#include <utility>

namespace litellm_exporter {
namespace {

// Asks the first proxy that answers for its models, so that ids get names.
class ModelNameCollector : public GaugeCollector {
 public:
  using GaugeCollector::GaugeCollector;

  void collect(const std::stop_token& stop) override;
  bool needed() const override { return false; }
};

void ModelNameCollector::collect(const std::stop_token& stop) {
  const auto list = ask_any(parts().proxies, "/model/info", timeout(), stop, model_names);
  const auto clean = [&](const std::map<std::string, std::string>& said) {
    std::map<std::string, std::string> names;
    for (const auto& [key, name] : said) {
      const auto known = label_of(parts(), key);
      if (const auto label = label_of(parts(), name); known && label) {
        names[*known] = *label;
      }
    }
    return names;
  };
  ModelNames names{clean(list.by_id), clean(list.by_model)};
  parts().model_names.set(std::move(names));
}

}  // namespace

constinit const ProxySubject model_names_subject = {
    .info = {.name = "model_names",
             .summary = "names of model ids, with litellm.key",
             .source = Source::proxy,
             .interval = std::chrono::minutes(5),
             .timeout = std::chrono::seconds(10)},
    .make = make_collector<ModelNameCollector>,
    .needs_key = true};

}  // namespace litellm_exporter
