// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"
#include "state/feed.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// A file of checksummed records: the first holds everything, each further one what has changed
// since. Appending is cheap; when the changes outgrow the first record, the file is replaced as a
// whole. A record is on the disk when append() or replace() returns, so whatever is published
// afterwards survives kill -9 and power loss. Whatever happens to the file, load() yields the last
// record that was saved or says that the file is damaged; never an older one. Belongs to one
// thread.
class Journal {
 public:
  enum class Condition {
    fresh,    // no file yet
    intact,   // every record is there
    torn,     // an append was interrupted; what it left has been cut off
    damaged,  // something that was saved is not what it was; moved aside
  };
  struct Contents {
    Condition condition = Condition::fresh;
    // The fault of a damaged file.
    std::string reason;
    std::unique_ptr<const std::string> bytes;
    // They refer to the bytes.
    std::vector<std::string_view> records;
  };

  // Makes the directory if need be and locks it: two exporters on one state would both be wrong.
  // Throws FileError.
  explicit Journal(const std::string& directory);

  // Reads the file. Throws FileError if it cannot be read; damage is no error but an answer.
  Contents load();
  // Moves a file aside whose records made no sense to the reader.
  void set_aside();

  // After a failure the file holds what it held before, or the new record already: the next save
  // must include it in any case. Throw FileError.
  void append(std::string_view record);
  void replace(std::string_view record) { replace(std::vector{record}); }
  // By several, at once.
  void replace(const std::vector<std::string_view>& records);
  // True when replace() should be used next.
  bool wants_replacement() const noexcept;
  // True when changes can be appended to what load() or replace() left: without a file, or with one
  // of an older version, the next record must hold everything.
  bool can_append() const noexcept { return static_cast<bool>(file_); }
  // Lets the file stay under another name when it is replaced. False if there is none, or one of
  // that name already, which is older and is kept. Throws FileError.
  bool keep_before() const;
  // The records, for other threads.
  const StateFeed& feed() const noexcept { return feed_; }
  // How many records there are, and where the last one ends.
  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t end() const noexcept { return end_; }
  // True when somebody has removed, replaced or cut the file: what was saved is no longer there.
  bool displaced() const;

  const std::string& path() const noexcept { return path_; }

 private:
  // The file whose lock is held.
  Fd lock() const;
  void forget();
  void reserve() const;

  std::string directory_;
  std::string path_;
  Fd lock_;
  Fd file_;
  std::uint64_t base_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t count_ = 0;
  StateFeed feed_;
};

}  // namespace litellm_exporter
