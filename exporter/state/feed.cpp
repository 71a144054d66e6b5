// SPDX-License-Identifier: Apache-2.0
#include "state/feed.hpp"

#include "base/random.hpp"
#include "state/codec.hpp"
#include "state/journal_format.hpp"

#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace litellm_exporter {
namespace {

constexpr std::string_view kMagic = "litellm-exporter copy 1\n";
constexpr std::size_t kLongestId = 64;

}  // namespace

std::string StateFeed::Piece::header() const {
  Encoder out;
  out.text(file_id);
  out.u64(begin);
  return std::string{kMagic} + out.bytes();
}

std::string StateFeed::Piece::at(std::uint64_t offset, std::size_t most) const {
  const std::string start = header();
  if (offset < start.size()) {
    return start.substr(offset, most);
  }
  const std::uint64_t place = begin + offset - start.size();
  std::string bytes(std::min<std::uint64_t>(most, end - std::min(place, end)), '\0');
  const ssize_t got = ::pread(file->get(), bytes.data(), bytes.size(), static_cast<off_t>(place));
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

void StateFeed::replaced(int file, std::uint64_t end) {
  // Its own descriptor: a copy under way outlives the journal's.
  auto own = std::make_shared<const Fd>(::fcntl(file, F_DUPFD_CLOEXEC, 0));
  const std::lock_guard lock(mutex_);
  whole_ = *own ? Piece{random_id(), journal_start_size(), end, std::move(own)} : Piece{};
}

void StateFeed::grew(std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  whole_.end = end;
}

void StateFeed::gone() {
  const std::lock_guard lock(mutex_);
  whole_ = {};
}

bool StateFeed::empty() const {
  const std::lock_guard lock(mutex_);
  return whole_.file == nullptr;
}

StateFeed::Piece StateFeed::since(const FeedPlace& place) const {
  const std::lock_guard lock(mutex_);
  Piece piece = whole_;
  if (piece.file_id == place.file_id && place.end >= piece.begin && place.end <= piece.end) {
    piece.begin = place.end;
  }
  return piece;
}

CopyHeader read_copy_header(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) {
    throw DecodeError("is no copy of a state, or of another version");
  }
  Decoder in(bytes.substr(kMagic.size()));
  CopyHeader header;
  header.file_id = in.text();
  header.begin = in.u64();
  if (header.file_id.size() > kLongestId) {
    throw DecodeError("has no name");
  }
  header.records = in.rest();
  return header;
}

}  // namespace litellm_exporter
