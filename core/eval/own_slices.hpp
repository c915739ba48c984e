#pragma once

#include "core/data/collection.hpp"

#include <span>
#include <string>
#include <vector>

namespace cameo {

/// A slice of the judged queries that somebody has made: those that contain some words, or those of a list.
struct OwnSlice {
    std::string name;
    std::string words;            ///< "python|perl": one of these, as they stand, in upper or lower case; empty: the list counts
    std::vector<std::string> ids; ///< of queries
    bool operator==(const OwnSlice&) const = default;
};

/// What queries that are in none of the slices are called.
inline constexpr const char* kOtherQueries = "others";

bool is_in(const OwnSlice& slice, const Query& query);

/// Of each query the name of the first slice that it is in; kOtherQueries where it is in none. Empty where there are no slices.
std::vector<std::string> own_parts(std::span<const OwnSlice> slices, std::span<const Query> queries);

} // namespace cameo
