// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/metric_family.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

// A part of a fragment that can be copied into another one as it is, plain and compressed.
struct FragmentPart {
  std::size_t plain_begin = 0;
  std::size_t plain_size = 0;
  std::size_t deflated_begin = 0;
  std::size_t deflated_size = 0;
};

// Renders and compresses one family after the other, so that a large page is never held as objects
// and as text at once. Belongs to one thread.
class FragmentBuilder {
 public:
  FragmentBuilder();
  ~FragmentBuilder();
  FragmentBuilder(const FragmentBuilder&) = delete;
  FragmentBuilder& operator=(const FragmentBuilder&) = delete;

  // A family without series is left out.
  void add(prometheus::MetricFamily family);
  // Text that is rendered already.
  void add_text(std::string_view text);
  // The same as a part, which costs a few bytes of the compressed form.
  FragmentPart add_part(std::string_view text);
  // Takes a part over from another fragment, without compressing it again.
  FragmentPart copy_part(const Fragment& from, const FragmentPart& part);
  // Makes room for a fragment of about the size of another one.
  void reserve(const Fragment& like);
  // Call it once, and nothing after it.
  std::shared_ptr<const Fragment> finish();

 private:
  class Deflater;

  // Ends the compressed form on a byte, without anything that is referred to later.
  void flush();

  Fragment fragment_;
  // How much of the text was flushed.
  std::size_t flushed_ = 0;
  std::unique_ptr<Deflater> deflater_;
};

// The family's text: HELP, TYPE and all samples.
std::string text_of(prometheus::MetricFamily family);

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

// Several fragments as one; nothing is compressed again.
std::shared_ptr<const Fragment> join(const std::vector<std::shared_ptr<const Fragment>>& fragments);

// The end of a gzip stream of fragments: an empty final block, the checksum and length of the text.
std::string gzip_trailer(std::uint32_t crc, std::uint64_t length);

// The checksum of a text followed by another one of this length.
std::uint32_t combine_crc(std::uint32_t first, std::uint32_t second, std::uint64_t length);

}  // namespace litellm_exporter
