// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace litellm_exporter {

// A run of whole metric families, ready to be sent both plain and compressed. Immutable once made.
//
// `deflated` is raw deflate data that ends on a byte boundary without being final: fragments made
// at different times can be strung together into one gzip stream without compressing anything
// again (RFC 1951, 3.2.4; RFC 1952).
struct Fragment {
  std::string plain;
  std::string deflated;
  std::uint32_t crc = 0;
};

// Renders and compresses. `next` yields one family at a time, so that a large page is never held as
// objects and as text at once; it returns false at the end. Families without series are left out.
Fragment make_fragment(const std::function<bool(prometheus::MetricFamily&)>& next);

// One family in two parts, so that sources which share a family can each bring samples of their
// own.
struct FamilyParts {
  // HELP and TYPE.
  std::shared_ptr<const Fragment> header;
  std::shared_ptr<const Fragment> samples;
};
// The family must have samples.
FamilyParts make_parts(prometheus::MetricFamily family);

inline constexpr std::string_view kGzipHeader{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};

// What ends a gzip stream of fragments: an empty final block, the checksum and length of the text.
std::string gzip_trailer(std::uint32_t crc, std::uint64_t length);

// The checksum of a text followed by another one of this length.
std::uint32_t combine_crc(std::uint32_t first, std::uint32_t second, std::uint64_t length);

}  // namespace litellm_exporter
