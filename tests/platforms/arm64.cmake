# SPDX-License-Identifier: Apache-2.0
# A toolchain file: Debian's cross compiler for arm64, whose libraries stand beside this machine's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
# Runs the tests.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
