// SPDX-License-Identifier: Apache-2.0
#include "spendlog/seen_ids.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr std::size_t kSmallest = 1024;

// The table is kept at most three quarters full.
bool crowded(std::size_t size, std::size_t capacity) { return size > capacity / 4 * 3; }

}  // namespace

SeenIds::SeenIds() : slots_(kSmallest) {}

std::uint64_t SeenIds::hash(std::string_view request_id) {
  // Looking the algorithm up takes longer than a digest.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (!algorithm || EVP_Digest(request_id.data(), request_id.size(), digest.data(), nullptr,
                               algorithm.get(), nullptr) != 1) {
    // Rows could not be told apart.
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
  std::uint64_t value = 0;
  std::memcpy(&value, digest.data(), sizeof value);
  // 0 marks an empty slot.
  return value == 0 ? 1 : value;
}

bool SeenIds::insert(Entry entry, bool by_start) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = entry.id & mask;
  for (; slots_[slot].id != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].id == entry.id && (!by_start || slots_[slot].start == entry.start)) {
      return false;
    }
  }
  slots_[slot] = entry;
  ++size_;
  unsaved_.push_back(entry);
  if (crowded(size_, slots_.size())) {
    rebuild(slots_.size() * 2, std::numeric_limits<Micros>::min());
  }
  return true;
}

bool SeenIds::contains(std::uint64_t id) const {
  return contains(id, 0, std::numeric_limits<Micros>::max());
}

bool SeenIds::contains(std::uint64_t id, Micros start, Micros tolerance) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = id & mask; slots_[slot].id != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].id == id && std::abs(slots_[slot].start - start) <= tolerance) {
      return true;
    }
  }
  return false;
}

void SeenIds::forget_before(Micros start) {
  const auto kept =
      static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [&](const Entry& entry) {
        return entry.id != 0 && entry.start >= start;
      }));
  if (kept != size_) {
    rebuild(std::max(kSmallest, std::bit_ceil(kept + kept / 2)), start);
  }
  // While nothing can be saved this would grow; who reads the floor needs none of these.
  std::erase_if(unsaved_, [&](const Entry& entry) { return entry.start < start; });
}

void SeenIds::reserve(std::size_t more) {
  const std::size_t needed = std::bit_ceil((size_ + more) / 3 * 4 + kSmallest);
  if (needed > slots_.size()) {
    rebuild(needed, std::numeric_limits<Micros>::min());
  }
}

void SeenIds::clear() { *this = SeenIds{}; }

void SeenIds::place(Entry entry) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = entry.id & mask;
  while (slots_[slot].id != 0) {
    slot = (slot + 1) & mask;
  }
  slots_[slot] = entry;
  ++size_;
}

void SeenIds::rebuild(std::size_t capacity, Micros keep_from) {
  const std::vector<Entry> old = std::exchange(slots_, std::vector<Entry>(capacity));
  size_ = 0;
  for (const Entry& entry : old) {
    if (entry.id != 0 && entry.start >= keep_from) {
      place(entry);
    }
  }
}

}  // namespace litellm_exporter
