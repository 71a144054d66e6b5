// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace litellm_exporter::json_sql {

// SQL on JSON that anybody may have written: whatever stands there, it is NULL or makes sense, and
// never fails the query. The arguments are SQL expressions of type jsonb or text.

// A number from 0 up to what a budget or a limit can sensibly be.
std::string number(const std::string& json);

// The elements of an array, and the members of an object, as rows; none of anything else.
std::string elements(const std::string& json);
std::string members(const std::string& json);

// How long a period such as "30s", "12h", "7d" or "1mo" is, as an interval of a century at most.
std::string period(const std::string& text);

// Whether an instant lies ahead, as Python writes one: "2026-11-29T12:00:00", with a fraction or an
// offset or neither; UTC if it does not say. Not true for other text.
std::string is_ahead(const std::string& text);

}  // namespace litellm_exporter::json_sql
