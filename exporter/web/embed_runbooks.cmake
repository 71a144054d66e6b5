# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, the C++ source of runbooks(), from the Markdown files in DIRECTORY, with CMARK.
file(GLOB pages "${DIRECTORY}/*.md")
list(SORT pages)
set(entries "")
foreach(page IN LISTS pages)
  get_filename_component(name "${page}" NAME_WE)
  execute_process(COMMAND "${CMARK}" "${page}" OUTPUT_VARIABLE html COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND entries "    {\"${name}\", R\"runbook(${html})runbook\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed_runbooks.cmake.
#include \"web/runbooks.hpp\"

#include <array>

namespace litellm_exporter {
namespace {

constexpr auto kRunbooks = std::to_array<Runbook>({
${entries}});

}  // namespace

std::span<const Runbook> runbooks() { return kRunbooks; }

}  // namespace litellm_exporter
")
