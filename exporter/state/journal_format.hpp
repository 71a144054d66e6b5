// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The bytes of a journal: a magic line, two marks, records. A mark says up to where the file was
// saved and is written when that is on the disk, the two in turn, so that one is always whole. What
// is wrong before a mark is therefore damage, and behind it only an append that was interrupted.
// A record carries its number in its checksum: a copy at another place is none.
namespace litellm_exporter {

struct JournalContents {
  // The fault of the file; if there is one, nothing else counts.
  std::string damage;
  // They refer to the bytes that were read.
  std::vector<std::string_view> records;
  // The ends of the first record and of the last good one.
  std::uint64_t base = 0;
  std::uint64_t end = 0;
  // The file is of the first version, without marks, and is to be replaced as a whole.
  bool old = false;
};

JournalContents read_journal(std::string_view bytes);

// The records in `bytes`, which are those of a file from this number on; nothing unless all of them
// are whole. They refer to `bytes`.
std::optional<std::vector<std::string_view>> read_records(std::string_view bytes,
                                                          std::uint64_t number);

inline constexpr std::uint64_t kRecordHeader = 16;

// The bytes before a record.
std::string record_header(std::uint64_t number, std::string_view record);
// The first bytes of a file of one record that ends at `end`.
std::string journal_start(std::uint64_t end);
std::uint64_t journal_start_size();

struct Mark {
  std::uint64_t offset = 0;
  std::string bytes;
};
// The mark to write once the record of this number is on the disk and ends at `end`.
Mark mark_of(std::uint64_t number, std::uint64_t end);

}  // namespace litellm_exporter
