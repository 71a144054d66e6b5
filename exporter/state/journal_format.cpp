// SPDX-License-Identifier: Apache-2.0
#include "state/journal_format.hpp"

#include "state/codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <optional>

namespace litellm_exporter {
namespace {

// The number at the end is the format's version.
constexpr std::string_view kFirstMagic = "litellm-exporter state 1\n";
constexpr std::string_view kMagic = "litellm-exporter state 2\n";
constexpr std::uint64_t kMarkSize = 16;
constexpr std::uint64_t kMarks = 2;

std::uint64_t checksum(std::string_view bytes, std::uint64_t seed) {
  return crc32_z(seed, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

std::string numbers(std::uint64_t a, std::uint64_t b) {
  Encoder out;
  out.u64(a);
  out.u64(b);
  return out.take();
}

std::uint64_t record_checksum(std::uint64_t number, std::string_view record) {
  return checksum(record, checksum(numbers(number, record.size()), 0));
}

std::string mark(std::uint64_t end) { return numbers(end, checksum(numbers(end, end), 0)); }

// The payload at the start of `bytes` if it is all there.
std::optional<std::string_view> payload(std::string_view bytes, std::uint64_t& expected) {
  if (bytes.size() < kRecordHeader) {
    return std::nullopt;
  }
  Decoder header(bytes.substr(0, kRecordHeader));
  const std::uint64_t size = header.u64();
  expected = header.u64();
  bytes.remove_prefix(kRecordHeader);
  // No record is empty, but zeros, as a power failure leaves them behind, look like one.
  return size == 0 || size > bytes.size() ? std::nullopt : std::optional{bytes.substr(0, size)};
}

// Up to where the file was saved; nothing if no mark is whole.
std::optional<std::uint64_t> saved_end(std::string_view bytes) {
  std::optional<std::uint64_t> end;
  for (std::uint64_t i = 0; i < kMarks; ++i) {
    const std::string_view text = bytes.substr(kMagic.size() + i * kMarkSize, kMarkSize);
    const std::uint64_t one = Decoder(text).u64();
    if (text == mark(one)) {
      end = std::max(end.value_or(0), one);
    }
  }
  return end;
}

bool add_record(std::string_view bytes, std::uint64_t number, JournalContents& contents) {
  std::uint64_t expected = 0;
  const auto record = payload(bytes.substr(contents.end), expected);
  const std::uint64_t actual = !record        ? 0
                               : contents.old ? checksum(*record, 0)
                                              : record_checksum(number, *record);
  if (!record || actual != expected) {
    return false;
  }
  contents.records.push_back(*record);
  contents.end += kRecordHeader + record->size();
  contents.base = contents.base == 0 ? contents.end : contents.base;
  return true;
}

void add_records(std::string_view bytes, JournalContents& contents) {
  while (add_record(bytes, contents.records.size(), contents)) {
  }
}

// Whether this may be the beginning of a record whose rest was not written: too short, or with more
// zeros at its end than a record usually has.
bool may_be_torn(std::string_view rest) {
  constexpr std::size_t kUsualZeros = 16;
  std::uint64_t ignored = 0;
  const std::size_t last = rest.find_last_not_of('\0');
  return !payload(rest, ignored) || last == std::string_view::npos ||
         rest.size() - 1 - last > kUsualZeros;
}

JournalContents read_old(std::string_view bytes) {
  JournalContents contents;
  contents.old = true;
  contents.end = kFirstMagic.size();
  add_records(bytes, contents);
  const std::string_view rest = bytes.substr(contents.end);
  if (contents.records.empty() || (!rest.empty() && !may_be_torn(rest))) {
    contents.damage = "a checksum is wrong";
  }
  return contents;
}

}  // namespace

JournalContents read_journal(std::string_view bytes) {
  JournalContents contents;
  if (bytes.starts_with(kFirstMagic)) {
    return read_old(bytes);
  }
  if (!bytes.starts_with(kMagic) || bytes.size() < journal_start_size()) {
    contents.damage = "not a state file of this version";
    return contents;
  }
  contents.end = journal_start_size();
  const auto saved = saved_end(bytes);
  if (!saved) {
    contents.damage = "its beginning is damaged";
    return contents;
  }
  add_records(bytes, contents);
  if (*saved > bytes.size()) {
    contents.damage = "it is shorter than what was saved";
  } else if (contents.end < *saved || contents.records.empty()) {
    contents.damage = "a checksum is wrong";
  }
  return contents;
}

std::optional<std::vector<std::string_view>> read_records(std::string_view bytes,
                                                          std::uint64_t number) {
  std::vector<std::string_view> records;
  while (!bytes.empty()) {
    std::uint64_t expected = 0;
    const auto record = payload(bytes, expected);
    if (!record || record_checksum(number++, *record) != expected) {
      return std::nullopt;
    }
    records.push_back(*record);
    bytes.remove_prefix(kRecordHeader + record->size());
  }
  return records;
}

std::string record_header(std::uint64_t number, std::string_view record) {
  return numbers(record.size(), record_checksum(number, record));
}

std::string journal_start(std::uint64_t end) {
  std::string start{kMagic};
  for (std::uint64_t i = 0; i < kMarks; ++i) {
    start += mark(end);
  }
  return start;
}

std::uint64_t journal_start_size() { return kMagic.size() + kMarks * kMarkSize; }

Mark mark_of(std::uint64_t number, std::uint64_t end) {
  return {kMagic.size() + (number % kMarks) * kMarkSize, mark(end)};
}

}  // namespace litellm_exporter
