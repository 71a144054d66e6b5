// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"

#include <string>
#include <string_view>

namespace litellm_exporter::postgres {

// The kind of trouble behind a SQLSTATE.
// https://www.postgresql.org/docs/15/errcodes-appendix.html
Reason reason_of(std::string_view sqlstate);

// The server refused a statement. The transaction can be rolled back and the
// session goes on, unless the reason is `connect`.
class ServerError : public PollError {
 public:
  ServerError(std::string sqlstate, const std::string& words)
      : PollError(reason_of(sqlstate), words), sqlstate_(std::move(sqlstate)) {}

  const std::string& sqlstate() const noexcept { return sqlstate_; }
  // The statement was right, but a value that it met is not: a text in a wrong encoding, a page or
  // a TOAST value that is damaged. Other rows can be read.
  bool blames_data() const;

 private:
  std::string sqlstate_;
};

}  // namespace litellm_exporter::postgres
