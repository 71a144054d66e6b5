# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, the C++ source of web/embedded.hpp: each of FILES as the function of its name, and
# RUNBOOKS, Markdown that CMARK makes HTML of, as runbooks().

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

set(entries "")
foreach(page IN LISTS RUNBOOKS)
  get_filename_component(name "${page}" NAME_WE)
  execute_process(COMMAND "${CMARK}" "${page}" OUTPUT_VARIABLE html COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND entries "    {\"${name}\", R\"embedded(${html})embedded\"},\n")
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
