# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, the C++ source of web/embedded.hpp: each of FILES as the function of its name, and
# RUNBOOKS, Markdown that CMARK makes HTML of, as runbooks(), with what the rule files ALERTS say of each.

# What a file begins with is for those who read the source; its last line feed stays.
set(functions "")
foreach(file IN LISTS FILES)
  file(READ "${file}" text)
  string(REGEX REPLACE "^/\\*[^*]*\\*/" "" text "${text}")
  string(REGEX REPLACE "^(//[^\n]*\n)+" "\n" text "${text}")
  get_filename_component(name "${file}" NAME)
  string(REPLACE "." "_" name "${name}")
  string(APPEND functions "std::string_view ${name}() { return R\"embedded(${text})embedded\"; }\n")
endforeach()

# Of alerts with several rules the worst stands for all.
foreach(file IN LISTS ALERTS)
  file(READ "${file}" text)
  string(REGEX MATCHALL "- alert: [A-Za-z]+|\n +(severity|category|summary): [^\n;\"]+" lines "${text}")
  foreach(line IN LISTS lines)
    string(STRIP "${line}" line)
    if(line MATCHES "^- alert: (.+)$")
      set(alert "${CMAKE_MATCH_1}")
    elseif(line MATCHES "^([a-z]+): (.+)$")
      set(field "${alert}.${CMAKE_MATCH_1}")
      set(value "${CMAKE_MATCH_2}")
      if(NOT DEFINED "${field}" OR value STREQUAL "critical")
        set("${field}" "${value}")
      endif()
    endif()
  endforeach()
endforeach()

set(entries "")
foreach(page IN LISTS RUNBOOKS)
  get_filename_component(name "${page}" NAME_WE)
  execute_process(COMMAND "${CMARK}" "${page}" OUTPUT_VARIABLE html COMMAND_ERROR_IS_FATAL ANY)
  # Who has no pointer scrolls a long line with the arrows.
  string(REPLACE "<pre>" "<pre tabindex=\"0\">" html "${html}")
  set(told "\"${${name}.severity}\", \"${${name}.category}\", \"${${name}.summary}\"")
  string(APPEND entries "    {\"${name}\", ${told}, R\"embedded(${html})embedded\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Made by embed.cmake.
#include \"web/embedded.hpp\"

#include <array>

namespace litellm_exporter {
namespace {

constexpr auto kRunbooks = std::to_array<Runbook>({
${entries}});

}  // namespace

${functions}
std::span<const Runbook> runbooks() { return kRunbooks; }

}  // namespace litellm_exporter
")
