// SPDX-License-Identifier: Apache-2.0
#include "postgres/server_error.hpp"

namespace litellm_exporter::postgres {

Reason reason_of(std::string_view sqlstate) {
  // query_canceled, lock_not_available, and what ends a long statement on a standby: a conflict
  // with what it has to replay.
  if (sqlstate == "57014" || sqlstate == "55P03" || sqlstate == "40001") {
    return Reason::timeout;
  }
  if (sqlstate == "42501") {  // insufficient_privilege
    return Reason::permission;
  }
  if (sqlstate == "42P01" || sqlstate == "42703" || sqlstate == "3F000") {
    return Reason::schema;  // undefined table, column, schema
  }
  // Shutdowns, and what the connection itself suffered.
  if (sqlstate.starts_with("57P") || sqlstate.starts_with("08")) {
    return Reason::connect;
  }
  return Reason::query;
}

bool ServerError::blames_data() const {
  // Class 22 is "data exception", XX001 and XX002 are damaged data and indexes, and an XX000 in a
  // statement that works elsewhere is, above all, a TOAST value with missing chunks.
  return sqlstate_.starts_with("22") || sqlstate_.starts_with("XX");
}

}  // namespace litellm_exporter::postgres
