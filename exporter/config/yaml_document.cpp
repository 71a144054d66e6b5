// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>
#include <string_view>

namespace litellm_exporter {
namespace {

// Far above what an operator writes, far below what takes long.
constexpr std::size_t kMostNodes = 8192;
constexpr std::size_t kMostIndicators = 8192;
constexpr std::size_t kDeepest = 32;

[[noreturn]] void refuse(YAML::Mark mark, const std::string& reason) {
  throw YAML::ParserException(mark, reason);
}

YAML::Mark place(std::string_view text, std::size_t at) {
  YAML::Mark mark;
  mark.line =
      static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
  return mark;
}

// yaml-cpp takes a byte 4 for the end of the text, and keeps a token of some hundred bytes for each
// indicator before the parser sees the first one.
void check_bytes(std::string_view text) {
  constexpr std::string_view kIndicators = "[]{},:?&*!\"'";
  std::size_t indicators = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < ' ' && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F) {
      refuse(place(text, at), "holds a control character; expected UTF-8 text");
    }
    if (kIndicators.find(c) != std::string_view::npos && ++indicators > kMostIndicators) {
      refuse(place(text, at),
             fmt::format("more than {} brackets, commas, colons and quotes", kMostIndicators));
    }
  }
}

// Listens to the parser and stops it where a text is too much. At a comma behind a document the
// parser makes empty documents for ever, so the second one is refused when it begins.
class Limits : public YAML::EventHandler {
 public:
  using Style = YAML::EmitterStyle::value;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      refuse(mark,
             "expected one YAML document and nothing behind it, such as a second --- or a "
             "comma");
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { count(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { count(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {
    count(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, Style /*style*/) override {
    descend(mark);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  Style /*style*/) override {
    descend(mark);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void count(const YAML::Mark& mark) {
    if (++nodes_ > kMostNodes) {
      refuse(mark, fmt::format("more than {} values", kMostNodes));
    }
  }
  void descend(const YAML::Mark& mark) {
    count(mark);
    if (++depth_ > kDeepest) {
      refuse(mark, fmt::format("more than {} levels", kDeepest));
    }
  }

  std::size_t documents_ = 0;
  std::size_t nodes_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

YAML::Node parse_document(const std::string& text) {
  check_bytes(text);
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Limits limits;
  while (parser.HandleNextDocument(limits)) {
  }
  return YAML::Load(text);
}

}  // namespace litellm_exporter
