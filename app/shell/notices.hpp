#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// What can be done about a notice at once: a button on its card.
struct NoticeOffer {
    std::uint64_t notice = 0; ///< its id
    std::string words;        ///< "Run it again"
    Command command;
};

/// Draws what has to be said as cards above the lower right corner. They take no focus and stay until dismissed.
/// @param offers those that are taken up are gone; with the last one its notice is dismissed
void draw_notices(const Snapshot& now, std::vector<NoticeOffer>& offers, float bottom, Commands& out);

} // namespace cameo
