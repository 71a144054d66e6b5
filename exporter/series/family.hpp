// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "series/catalogue.hpp"
#include "series/family_info.hpp"

namespace litellm_exporter {

constexpr const FamilyInfo& info(Family family) { return catalogue::kRows[family]; }

constexpr bool is_limited(Family family) { return info(family).origin == LabelOrigin::limited; }

}  // namespace litellm_exporter
