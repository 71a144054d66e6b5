// SPDX-License-Identifier: Apache-2.0
#include "web/chart.hpp"

#include "web/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace litellm_exporter {
namespace {

constexpr double kHeight = 100;
constexpr double kPitch = 10;
constexpr double kGap = 2;

std::string rectangle(double x, double y, double height, std::string_view css_class) {
  return height <= 0
             ? std::string{}
             : fmt::format(R"(<rect class="{}" x="{:g}" y="{:.2f}" width="{:g}" height="{:.2f}"/>)",
                           css_class, x, y, kPitch - kGap, height);
}

// A strong line along the axis: the band above it is quiet, however long it is.
std::string strip(double x) {
  constexpr double kThickness = 4;
  return fmt::format(R"(<rect class="strip" x="{:g}" y="{:g}" width="{:g}" height="{:g}"/>)", x,
                     kHeight - kThickness, kPitch, kThickness);
}

}  // namespace

double scale_top(const std::vector<Column>& columns) {
  double greatest = 0;
  for (const Column& column : columns) {
    greatest = std::max(greatest, column.lower + column.upper);
  }
  double power = 1;
  while (power * 10 < greatest) {
    power *= 10;
  }
  for (const double step : {2.0, 4.0, 6.0, 8.0}) {
    if (greatest <= step * power) {
      return step * power;
    }
  }
  return 10 * power;
}

std::string column_chart(std::string_view label, const std::vector<Column>& columns) {
  const double scale = kHeight / scale_top(columns);
  std::string svg = fmt::format(
      R"(<svg class="columns" role="img" aria-label="{}" viewBox="0 0 {:g} {:g}" preserveAspectRatio="none">)",
      escape_html(label), kPitch * static_cast<double>(columns.size()), kHeight);
  double x = 0;
  for (const Column& column : columns) {
    if (column.back == Column::Back::none) {
      x += kPitch;
      continue;
    }
    const double lower = column.lower * scale;
    // A few failures among many requests are still seen.
    const double upper = column.upper > 0 ? std::max(column.upper * scale, 1.0) : 0;
    const double top = std::max(kHeight - lower - upper, 0.0);
    // The whole height answers the pointer. What nobody watched is one band, however long.
    const bool gap = column.back == Column::Back::gap;
    svg += fmt::format(
        R"(<g><title>{}</title><rect class="{}" x="{:g}" y="0" width="{:g}" height="{:g}"/>)",
        escape_html(column.text), gap ? "gap" : "back", x, gap ? kPitch : kPitch - kGap, kHeight);
    svg += gap ? strip(x) : std::string{};
    svg += rectangle(x, top + upper, lower, "lower") + rectangle(x, top, upper, "upper") + "</g>";
    x += kPitch;
  }
  return svg + fmt::format(R"(<path class="line" d="M0 {0:g}H{1:g}M0 0H{1:g}"/></svg>)",
                           kHeight / 2, kPitch * static_cast<double>(columns.size()));
}

std::string share_bar(double share, std::string_view css_class) {
  return fmt::format(
      R"(<svg class="bar" aria-hidden="true"><rect class="back" width="100%" height="100%"/><rect class="{}" width="{:.1f}%" height="100%"/></svg>)",
      css_class, 100 * std::clamp(share, 0.0, 1.0));
}

std::string short_number(double value) {
  struct Unit {
    // What would be rounded up to this unit is written in it.
    double from;
    double size;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {
      {{999.5e9, 1e12, " T"}, {999.5e6, 1e9, " G"}, {999.5e3, 1e6, " M"}, {9999.5, 1e3, " k"}}};
  for (const Unit& unit : kUnits) {
    if (value >= unit.from) {
      const double scaled = value / unit.size;
      return fmt::format("{:.{}f}{}", scaled, scaled < 99.95 ? 1 : 0, unit.name);
    }
  }
  return fmt::format("{:.0f}", value);
}

std::string dollars(double value) {
  if (value > 0 && value < 0.01) {
    return "<$0.01";
  }
  if (value >= 9999.995) {
    return "$" + short_number(value);
  }
  std::string text = fmt::format("{:.2f}", value);
  constexpr std::size_t kWithThousands = std::string_view("1000.00").size();
  if (text.size() == kWithThousands) {
    text.insert(1, ",");
  }
  return "$" + text;
}

}  // namespace litellm_exporter
