// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/page.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cstddef>
#include <string>
#include <vector>

// A page as a client reads it.

namespace litellm_exporter {

inline std::string read_all(const Page& page) {
  std::string bytes;
  while (bytes.size() < page.size()) {
    bytes += page.at(bytes.size());
  }
  return bytes;
}

// One gzip member and nothing behind it, as a strict client reads it.
inline std::string inflate_one(const std::string& packed) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::vector<unsigned char> in(packed.begin(), packed.end());
  std::vector<unsigned char> out(1 << 22);
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  std::string text(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(stream.total_out));
  inflateEnd(&stream);
  return text;
}

}  // namespace litellm_exporter
