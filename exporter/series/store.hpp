// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "series/family.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace litellm_exporter {

// One series of a counted family.
struct Series {
  // A counter's value, a histogram's sum.
  double value = 0;
  // A histogram's observations in each bucket (not cumulative), the last one is +Inf.
  std::vector<std::uint64_t> buckets;
  // The page that showed it first, 0: none yet.
  std::uint64_t first_page = 0;
  // increase() does not see the first value of a series. So a series is on the page at 0 first, and
  // its value is shown once that page has been fetched.
  bool shown = false;
  // Made for a name that no table and no successful request vouches for.
  bool unverified = false;
  // Changed since it was last saved.
  bool dirty = false;
  // Changed since it was last rendered.
  bool stale = false;
};

// Every series of the counted families, by family and label values. Belongs to one thread.
// A key is the label values in the family's order, joined by NUL, which PostgreSQL's text cannot
// hold.
class SeriesStore {
 public:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Map = std::unordered_map<std::string, Series, Hash, std::equal_to<>>;
  using Entry = Map::value_type;
  struct Changed {
    Family family;
    Entry* entry;
  };

  // The bounds of every histogram family; others are empty.
  using Bounds = EnumArray<Family, std::vector<double>>;
  explicit SeriesStore(Bounds bounds);

  static std::string join(std::initializer_list<std::string_view> labels);
  static std::vector<std::string_view> split(std::string_view key);

  Entry* find(Family family, std::string_view key);
  // The series, made at 0 if it is new.
  Entry& make(Family family, std::string_view key, bool unverified = false);
  void add(Family family, Entry& entry, double amount);
  void observe(Family family, Entry& entry, double value);
  void set(Family family, Entry& entry, double value);
  void set_verified(Family family, Entry& entry);

  // For series without labels or with labels from a closed set.
  void add(Family family, std::initializer_list<std::string_view> labels, double amount);
  void observe(Family family, std::initializer_list<std::string_view> labels, double value);

  const Map& series(Family family) const { return families_[family].map; }
  const std::vector<double>& bounds(Family family) const { return families_[family].bounds; }
  // As Prometheus counts them: a histogram's buckets, sum and count are series of their own, each a
  // line of the page.
  std::size_t series_count(Family family) const;
  std::size_t lines_of_each(Family family) const;
  std::size_t unverified_count(Family family) const { return families_[family].unverified; }

  // Shows the values of series that were on a page up to `fetched_page` at 0.
  void show_fetched(std::uint64_t fetched_page);
  // Shows all values: another exporter may have shown them already.
  void show_all();
  // Notes that the series still at 0 are on this page.
  void put_on_page(std::uint64_t page);

  // The series changed since the last call of saved().
  const std::vector<Changed>& changed() const noexcept { return changed_; }
  void saved();
  // The series that may look different on the page since the last call of rendered(). What was
  // restored is not among them.
  const std::vector<Changed>& stale() const noexcept { return stale_; }
  void rendered();
  // Puts a series back that was saved, in place of what is there; ignored if its buckets do not
  // fit. restored() must follow the last one.
  void restore(Family family, std::string_view key, Series series);
  void restored();
  // Goes on with other bounds. Histograms that do not have these start afresh.
  void rebound(Bounds bounds);

 private:
  struct PerFamily {
    Map map;
    std::vector<double> bounds;
    std::size_t unverified = 0;
  };

  void mark(Family family, Entry& entry);

  EnumArray<Family, PerFamily> families_;
  std::vector<Changed> changed_;
  std::vector<Changed> stale_;
  std::vector<Changed> hidden_;
};

}  // namespace litellm_exporter
