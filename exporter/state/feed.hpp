// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace litellm_exporter {

// How much of which file: both are told by a feed, and whoever copies it keeps them.
struct FeedPlace {
  std::string file_id;
  std::uint64_t end = 0;
};

// What was saved, for exporters that stand by: the records of the journal, which they copy as they
// are added. The journal says how far its file goes; any thread may read up to there, also while
// the journal goes on or puts another file in its place.
class StateFeed {
 public:
  // A part of the file, between two records.
  struct Piece {
    // Names the file; no other one has the same, nor had.
    std::string file_id;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::shared_ptr<const Fd> file;

    // What stands in front of the records when they are sent: see read_copy_header().
    std::string header() const;
    // Some bytes from `offset` on, which counts the header, too; empty at the end and if the file
    // cannot be read.
    std::string at(std::uint64_t offset, std::size_t most) const;
    std::uint64_t size() const { return header().size() + end - begin; }
  };

  // Of the journal. An empty file is none.
  void replaced(int file, std::uint64_t end);
  void grew(std::uint64_t end);
  void gone();

  bool empty() const;
  // All that follows on this place, or everything where it is another file by now. Without
  // a file if nothing was saved.
  Piece since(const FeedPlace& place) const;

 private:
  mutable std::mutex mutex_;
  Piece whole_;
};

// The header of a copy, and what follows it.
struct CopyHeader {
  std::string file_id;
  std::uint64_t begin = 0;
  std::string_view records;
};
// Throws DecodeError.
CopyHeader read_copy_header(std::string_view bytes);

}  // namespace litellm_exporter
