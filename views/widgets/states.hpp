#pragma once

#include "views/commands.hpp"
#include "views/draw.hpp"

#include <string_view>

namespace cameo {

/// What a view shows in place of content. Each fills the region that is left and stands in its middle.
/// Empty: what this is, why there is nothing yet, and one button that changes that. @return true: it was pressed.
bool empty_state(const char* icon, std::string_view title, std::string_view why, std::string_view button_label = {});

/// Work is under way; asks for further frames while its arc turns.
void loading_state(std::string_view title, std::string_view detail, Commands& out);

/// A build that has to come first: how far it is, and a button that stops it. @param why what can be done meanwhile.
void building_state(const JobSnapshot& job, std::string_view why, Commands& out);

/// What went wrong, word for word, what to do about it, a button that copies it, and one that acts when there is one.
/// @return true: the action was pressed.
bool failed_state(std::string_view title, std::string_view sentence, std::string_view remedy,
                  std::string_view button_label, Commands& out);

enum class StripKind { Info, Error };
/// One quiet line above content that is there but not whole: partial, recorded, cut. @return true: the action was pressed.
bool strip(StripKind kind, std::string_view text, std::string_view action = {});

/// A hairline at the top of a region that says: newer content is on its way.
void draw_busy_line(ImDrawList& list, ImVec2 top_left, float width, Commands& out);

} // namespace cameo
