# SPDX-License-Identifier: Apache-2.0
# How every target is compiled. Linked PRIVATE, so that nothing leaks into a user's flags.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(project_settings INTERFACE)
target_compile_features(project_settings INTERFACE cxx_std_20)
target_compile_options(project_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-align
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion -Wformat=2
  -Wextra-semi -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<BOOL:${LITELLM_EXPORTER_DEV}>:-Werror>
  -fstack-protector-strong)
target_link_options(project_settings INTERFACE -Wl,-z,relro,-z,now)
# GCC's null-dereference analysis follows paths through the standard library that cannot be taken.
target_compile_options(project_settings INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release,RelWithDebInfo>>:-Wno-null-dereference>)

# Reads the headers that most files read once for all of them. Not for what is shipped and what the linter
# sees: a header that a file forgot to include is found there.
function(precompile_headers target)
  if(LITELLM_EXPORTER_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <future> <map> <memory> <mutex> <optional>
      <set> <sstream> <string> <string_view> <thread> <vector>
      <fmt/chrono.h> <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp> ${ARGN})
  endif()
endfunction()

if(LITELLM_EXPORTER_SANITIZE)
  # Without any optimisation, twenty thousand rows take a minute of a processor.
  target_compile_options(project_settings INTERFACE
    -O1 -fsanitize=${LITELLM_EXPORTER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(project_settings INTERFACE -fsanitize=${LITELLM_EXPORTER_SANITIZE})
else()
  target_compile_options(project_settings INTERFACE
    $<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
endif()

if(LITELLM_EXPORTER_COVERAGE)
  target_compile_options(project_settings INTERFACE --coverage)
  target_link_options(project_settings INTERFACE --coverage)
endif()
