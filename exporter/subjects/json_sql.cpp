// SPDX-License-Identifier: Apache-2.0
#include "subjects/json_sql.hpp"

#include <fmt/format.h>

namespace litellm_exporter::json_sql {

// JSON knows numbers that overflow a double, and others that underflow it: either would throw.
std::string number(const std::string& json) {
  return fmt::format(
      "CASE WHEN jsonb_typeof({0}) = 'number' THEN"
      " CASE WHEN ({0})::numeric BETWEEN 0 AND 1e15 THEN round(({0})::numeric, 12)::float8 END END",
      json);
}

std::string elements(const std::string& json) {
  return fmt::format(
      "jsonb_array_elements(CASE WHEN jsonb_typeof({0}) = 'array' THEN {0} ELSE '[]' END)", json);
}

std::string members(const std::string& json) {
  return fmt::format("jsonb_each(CASE WHEN jsonb_typeof({0}) = 'object' THEN {0} ELSE '{{}}' END)",
                     json);
}

std::string period(const std::string& text) {
  return fmt::format(
      "CASE WHEN {0} ~ '^[1-9][0-9]{{0,7}}mo$' THEN"
      " make_interval(months => least(rtrim({0}, 'mo')::int, 1200))"
      " WHEN {0} ~ '^[1-9][0-9]{{0,7}}[smhdw]$' THEN"
      " make_interval(secs => least(left({0}, -1)::float8 * CASE right({0}, 1) WHEN 's' THEN 1"
      " WHEN 'm' THEN 60 WHEN 'h' THEN 3600 WHEN 'd' THEN 86400 ELSE 604800 END, 3e9)) END",
      text);
}

// No cast to a timestamp: it throws at the 31st of February. Text of one shape sorts like instants;
// where it has an offset, it is compared with the clock of that zone. A table may have a hundred
// thousand of these: groups that capture, or a second look with a regular expression, would take
// six times as long.
std::string is_ahead(const std::string& text) {
  constexpr const char* kInstant =
      "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
      "(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?(?:[.][0-9]{1,9})?"
      "(?:[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]|Z)?$";
  return fmt::format(
      "CASE WHEN ({0}) ~ '{1}' THEN translate(left({0}, 19), ' Z', 'T') COLLATE \"C\" >"
      " to_char((now() AT TIME ZONE 'UTC') + CASE WHEN right({0}, 6) LIKE '+__:__'"
      " OR right({0}, 6) LIKE '-__:__' THEN right({0}, 6)::interval ELSE '0' END,"
      " 'YYYY-MM-DD\"T\"HH24:MI:SS') ELSE false END",
      text, kInstant);
}

}  // namespace litellm_exporter::json_sql
