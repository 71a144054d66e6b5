// SPDX-License-Identifier: Apache-2.0
// The head of a request: what is let through is as strict as it looks, however it is cut into
// pieces.
#include "fuzz.hpp"
#include "server/head_check.hpp"

using namespace litellm_exporter;
using fuzz::require;

namespace {

constexpr std::string_view kEnd = "\r\n\r\n";

bool is_line(std::string_view line) {
  return std::none_of(line.begin(), line.end(),
                      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

// A name, a colon right behind it, a value in one line.
bool is_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  return colon != std::string_view::npos && is_line(line) &&
         name.find_first_of(" \t()<>@,;\\\"/[]?={}") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

bool is_strict(std::string_view head) {
  bool first = true;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    if (end == std::string_view::npos || !(first ? is_line(line) : is_field(line))) {
      return false;
    }
    first = false;
    head.remove_prefix(end + 2);
  }
  return true;
}

bool admits_piecewise(std::string_view bytes) {
  HeadCheck check;
  bool admitted = true;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool so_far = check.admits(bytes.substr(i, 1));
    require(admitted || !so_far, "what is wrong stays wrong");
    admitted = so_far;
  }
  return admitted;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = fuzz::text_of(data, size);
  const bool admitted = HeadCheck().admits(bytes);
  require(admits_piecewise(bytes) == admitted, "pieces are judged as the whole");
  const std::size_t end = bytes.find(kEnd);
  if (admitted && end != std::string::npos) {
    require(is_strict(std::string_view(bytes).substr(0, end + 2)), "what is let through is strict");
  }
  return 0;
}
