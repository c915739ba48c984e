#pragma once

#include "core/eval/systems.hpp"
#include "views/commands.hpp"
#include "views/palette.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// Where the best right document of a query stands under two systems; 0: not in the list.
struct RankMove {
    std::size_t query = 0;
    std::int32_t a = 0, b = 0;
    bool operator==(const RankMove&) const = default;
};

/// How the right documents move from A's list to B's, the largest moves first: on a scale where each doubling of a rank
/// counts alike, and leaving the list as much as a rank of 2,000.
struct RankMoves {
    std::vector<RankMove> up, down; ///< B has them higher; lower
    std::size_t stayed = 0;
};
/// @param queries which ones, as positions   @pre both systems have first_right
RankMoves rank_moves(const SystemResult& a, const SystemResult& b, std::span<const std::size_t> queries);

/// What a gallery is drawn from.
struct RankGallery {
    const RankMoves& moves;
    const std::vector<Query>& queries;
    const std::vector<std::size_t>& category; ///< [Q] of each query; no style: none
    const std::vector<ExpertStyle>& styles;   ///< of the categories
    std::string a, b;                         ///< titles of the two systems
    std::string on_screen;                    ///< text of the query on screen
};
/// Small slope lines in two columns, or under each other where there is little room: those that move up, those that move down.
/// A press runs the query. Fills what is left of the window.
void draw_rank_gallery(const RankGallery& gallery, Commands& out);

} // namespace cameo
