// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace litellm_exporter {

// Has the heap give back what large texts took. glibc would keep it: it raises the size from which
// memory is mapped on its own with each large piece that is freed, and gives every few threads a
// heap of their own. Call it before there are threads.
inline void keep_heap_small() {
#ifdef __GLIBC__
  constexpr int kMapped = 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, kMapped);
  ::mallopt(M_TRIM_THRESHOLD, kMapped);
  ::mallopt(M_ARENA_MAX, 2);
#endif
}

}  // namespace litellm_exporter
