# SPDX-License-Identifier: Apache-2.0
# Every library the product uses, each under one name dep::x. All are packages of Debian 12 and 13.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost CONFIG REQUIRED COMPONENTS program_options)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)
# bcrypt, and the words that a service says to systemd.
pkg_check_modules(crypt REQUIRED IMPORTED_TARGET libcrypt)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
# The flags of this module say how the library was compiled; without them the ABI differs.
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)

add_library(dep::threads ALIAS Threads::Threads)
add_library(dep::crypt ALIAS PkgConfig::crypt)
# TLS comes with it: the server makes its own contexts.
add_library(dep::crypto ALIAS OpenSSL::SSL)
add_library(dep::zlib ALIAS ZLIB::ZLIB)
add_library(dep::program_options ALIAS Boost::program_options)
# Without a namespace until 0.8.
set(YAML_TARGET yaml-cpp::yaml-cpp)
if(NOT TARGET ${YAML_TARGET})
  set(YAML_TARGET yaml-cpp)
endif()
add_library(dep::yaml ALIAS ${YAML_TARGET})
add_library(dep::log ALIAS spdlog::spdlog)
add_library(dep::json ALIAS nlohmann_json::nlohmann_json)
add_library(dep::prometheus ALIAS prometheus-cpp::core)
add_library(dep::pq ALIAS PkgConfig::pq)
add_library(dep::systemd ALIAS PkgConfig::systemd)
add_library(dep::http ALIAS PkgConfig::httplib)
