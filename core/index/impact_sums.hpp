#pragma once

#include "core/index/simd.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

// Sums of 8-bit impacts times a factor, in 16 bits for each document of a window: 16 documents in one instruction. They are
// whole numbers, so they do not depend on the order of additions, nor on the processor.

/// What a posting adds: more than impact * factor / 256, at most 1 more. @pre impact > 0
constexpr std::uint32_t share(std::uint8_t impact, std::uint32_t factor) { return (impact * factor >> 8) + 1; }

/// Postings of a list. @pre documents.size() == impacts.size(), all documents < sums.size(), no sum exceeds 16 bits
void add_list(std::span<std::uint16_t> sums, std::span<const std::uint16_t> documents, std::span<const std::uint8_t> impacts, std::uint16_t factor);
/// An impact for each document, 0 where there is no posting. @pre impacts.size() == sums.size(), a multiple of 32
void add_block(std::span<std::uint16_t> sums, std::span<const std::uint8_t> impacts, std::uint16_t factor, Simd simd = best_simd());

/// Of all of these, @pre sums.size() is a multiple of 32.
std::size_t count_at_least(std::span<const std::uint16_t> sums, std::uint16_t least, Simd simd = best_simd());
struct Summed {
    std::uint16_t document, sum;
    bool operator==(const Summed&) const = default;
};
/// Appends the documents with such a sum, ascending, and sets their sums to 0. @pre least > 0
void take_at_least(std::span<std::uint16_t> sums, std::uint16_t least, std::vector<Summed>& taken, Simd simd = best_simd());
/// A sum that some `wanted` documents reach and few more: at least `wanted` and, where steps allow, at most a quarter more.
/// @pre `least` is reached by `wanted` documents or more
std::uint16_t sum_of_best(std::span<const std::uint16_t> sums, std::uint16_t least, std::size_t wanted, Simd simd = best_simd());

} // namespace cameo
