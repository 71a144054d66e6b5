// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// The requests already counted, as far back as rows are still read. The horizon alone is not
// enough: rows above it are read twice, and an UPDATE gives an old row a new transaction id.
// 16 bytes a request in one open-addressing table: a million requests take 32 MiB.
// Belongs to one thread.
class SeenIds {
 public:
  struct Entry {
    std::uint64_t id = 0;
    Micros start = 0;
    bool operator==(const Entry&) const = default;
  };

  SeenIds();

  // The first 64 bits of the id's SHA-256; stable across restarts, and nobody can choose request
  // ids that hide each other's rows.
  static std::uint64_t hash(std::string_view request_id);

  // Returns false if the request was there. `by_start` tells requests with the same id but another
  // start apart: a partitioned table is unique only by both.
  bool insert(Entry entry, bool by_start);
  // Whether the request is there; with `start`, whether it began within `tolerance` of that.
  bool contains(std::uint64_t id) const;
  bool contains(std::uint64_t id, Micros start, Micros tolerance) const;
  // Forgets the requests that started before `start`.
  void forget_before(Micros start);
  void clear();
  // Room for so many more. Without it ids that come in the order of another table pile up in one
  // part of a smaller one.
  void reserve(std::size_t more);

  std::size_t size() const noexcept { return size_; }

  // The entries inserted since the last call of saved().
  const std::vector<Entry>& unsaved() const noexcept { return unsaved_; }
  void saved() { unsaved_ = {}; }

  template <typename Visitor>
  void for_each(Visitor visit) const {
    for (const Entry& entry : slots_) {
      if (entry.id != 0) {
        visit(entry);
      }
    }
  }

 private:
  void place(Entry entry);
  void rebuild(std::size_t capacity, Micros keep_from);

  std::vector<Entry> slots_;
  std::vector<Entry> unsaved_;
  std::size_t size_ = 0;
};

}  // namespace litellm_exporter
