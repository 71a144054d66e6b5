// SPDX-License-Identifier: Apache-2.0
#include "metrics/fragment.hpp"

#include <prometheus/text_serializer.h>
#include <zlib.h>

#include <array>
#include <limits>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace litellm_exporter {
namespace {

// Text that has grown may hold twice the memory that it needs, and a fragment lives long.
void trim(std::string& text) {
  if (text.capacity() - text.size() > text.size() / 16) {
    text.shrink_to_fit();
  }
}

void append_le32(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(value >> shift);
  }
}

}  // namespace

class FragmentBuilder::Deflater {
 public:
  Deflater() {
    // A negative window size means no header and no trailer. Level 1 on text that repeats itself as
    // much as an exposition does is within a few percent of the best and several times faster.
    // Parts are a few kilobytes, and each of them begins with a memory that was wiped.
    constexpr int kRawWindow = -13;
    constexpr int kMemoryLevel = 6;
    if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kRawWindow, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void run(std::string_view text, int flush, std::string& out) {
    // zlib does not change its input, but its C interface cannot say so.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      deflate(&stream_, flush);
      out.append(reinterpret_cast<const char*>(buffer_.data()), buffer_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
  std::array<unsigned char, 16384> buffer_{};
};

FragmentBuilder::FragmentBuilder() : deflater_(std::make_unique<Deflater>()) {}
FragmentBuilder::~FragmentBuilder() = default;

void FragmentBuilder::add(prometheus::MetricFamily family) {
  if (!family.metric.empty()) {
    add_text(text_of(std::move(family)));
  }
}

void FragmentBuilder::add_text(std::string_view text) {
  deflater_->run(text, Z_NO_FLUSH, fragment_.deflated);
  fragment_.plain += text;
}

FragmentPart FragmentBuilder::add_part(std::string_view text) {
  // Nothing in front of it may be referred to.
  flush();
  FragmentPart part{fragment_.plain.size(), text.size(), fragment_.deflated.size(), 0};
  add_text(text);
  flush();
  part.deflated_size = fragment_.deflated.size() - part.deflated_begin;
  return part;
}

FragmentPart FragmentBuilder::copy_part(const Fragment& from, const FragmentPart& part) {
  flush();
  const FragmentPart copy{fragment_.plain.size(), part.plain_size, fragment_.deflated.size(),
                          part.deflated_size};
  fragment_.plain.append(from.plain, part.plain_begin, part.plain_size);
  fragment_.deflated.append(from.deflated, part.deflated_begin, part.deflated_size);
  flushed_ = fragment_.plain.size();
  return copy;
}

void FragmentBuilder::reserve(const Fragment& like) {
  // A few new series fit, too.
  const auto room = [](const std::string& text) { return text.size() + text.size() / 64; };
  fragment_.plain.reserve(room(like.plain));
  fragment_.deflated.reserve(room(like.deflated));
}

void FragmentBuilder::flush() {
  if (fragment_.plain.size() != flushed_) {
    deflater_->run({}, Z_FULL_FLUSH, fragment_.deflated);
    flushed_ = fragment_.plain.size();
  }
}

std::shared_ptr<const Fragment> FragmentBuilder::finish() {
  flush();
  trim(fragment_.plain);
  trim(fragment_.deflated);
  const std::string& plain = fragment_.plain;
  fragment_.crc = static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(plain.data()), plain.size()));
  return std::make_shared<const Fragment>(std::move(fragment_));
}

std::string text_of(prometheus::MetricFamily family) {
  std::vector<prometheus::MetricFamily> one;
  one.push_back(std::move(family));
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, one);
  return std::move(text).str();
}

FamilyParts make_parts(prometheus::MetricFamily family) {
  const std::string text = text_of(std::move(family));
  // Two lines of header: HELP and TYPE.
  const std::size_t header = text.find('\n', text.find('\n') + 1) + 1;
  const auto part = [](std::string_view piece) {
    FragmentBuilder builder;
    builder.add_text(piece);
    return builder.finish();
  };
  const std::string_view view = text;
  return {part(view.substr(0, header)), part(view.substr(header))};
}

std::shared_ptr<const Fragment> join(
    const std::vector<std::shared_ptr<const Fragment>>& fragments) {
  std::size_t plain = 0;
  std::size_t deflated = 0;
  for (const auto& fragment : fragments) {
    plain += fragment->plain.size();
    deflated += fragment->deflated.size();
  }
  Fragment all;
  all.plain.reserve(plain);
  all.deflated.reserve(deflated);
  for (const auto& fragment : fragments) {
    all.plain += fragment->plain;
    all.deflated += fragment->deflated;
    all.crc = combine_crc(all.crc, fragment->crc, fragment->plain.size());
  }
  return std::make_shared<const Fragment>(std::move(all));
}

std::string gzip_trailer(std::uint32_t crc, std::uint64_t length) {
  std::string trailer("\x03\x00", 2);
  append_le32(trailer, crc);
  append_le32(trailer, static_cast<std::uint32_t>(length));
  return trailer;
}

std::uint32_t combine_crc(std::uint32_t first, std::uint32_t second, std::uint64_t length) {
  return static_cast<std::uint32_t>(crc32_combine(first, second, static_cast<z_off_t>(length)));
}

}  // namespace litellm_exporter
