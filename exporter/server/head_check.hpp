// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace litellm_exporter {

// Whether the head of a request is one that every server reads alike (RFC 9112, 2.2 and 5): a name
// of a header is a token with a colon right behind it, no line is folded, each ends with CR LF, and
// no other control character occurs. Fed with the bytes as they come, of one request.
class HeadCheck {
 public:
  // False from the first byte on that is wrong. Bytes behind the head are not looked at.
  bool admits(std::string_view bytes);

 private:
  enum class At { request_line, line_begin, name, value, line_end, head_end, body, wrong };

  At after(char byte) const;

  At at_ = At::request_line;
};

}  // namespace litellm_exporter
