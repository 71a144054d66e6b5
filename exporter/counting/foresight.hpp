// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/limited_store.hpp"
#include "names/directory.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

// Series at 0 before their first request, so that increase() sees it. All of these belong to the
// thread that polls the database.
namespace litellm_exporter {

// The exporter's own counters, whose labels are closed sets.
void foresee_own(SeriesStore& store);

// Requests of a model by a provider, and the failures that every provider has sooner or later.
void foresee_model(std::string_view model, std::string_view provider, LimitedStore& store);

// Requests and spend of each live key.
void foresee_keys(const Directory& directory, LimitedStore& store);

// Requests and spend of each live team with each model, unless they are more than `most` series.
void foresee_teams(const Directory& directory, const std::unordered_set<std::string>& models,
                   std::size_t most, LimitedStore& store);

}  // namespace litellm_exporter
