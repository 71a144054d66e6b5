// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>

#include <string>

namespace litellm_exporter {

// Answers with plain text: whole lines.
inline void answer(httplib::Response& response, int status, const std::string& text) {
  response.status = status;
  response.set_content(text, "text/plain; charset=utf-8");
}

// The same, to say whether a request was refused and answered.
inline bool refuse(httplib::Response& response, int status, const std::string& text) {
  answer(response, status, text);
  return true;
}

}  // namespace litellm_exporter
