# SPDX-License-Identifier: Apache-2.0
# The revision shown by --version and litellm_exporter_build_info; "unknown" outside a git checkout.
find_package(Git QUIET)
set(BUILD_REVISION unknown)
set(BUILD_BRANCH unknown)
# For who builds from a copy without .git, as an image does.
if(DEFINED ENV{BUILD_REVISION})
  set(BUILD_REVISION $ENV{BUILD_REVISION})
endif()
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE revision
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --abbrev-ref HEAD
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE branch
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(revision)
    set(BUILD_REVISION ${revision})
  endif()
  if(branch)
    set(BUILD_BRANCH ${branch})
  endif()
endif()
# Every commit and checkout adds to this file: the revision follows it.
if(EXISTS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
endif()
# TIMESTAMP honours SOURCE_DATE_EPOCH, so that a package can be built twice with the same bytes.
string(TIMESTAMP BUILD_DATE "%Y-%m-%dT%H:%M:%SZ" UTC)
