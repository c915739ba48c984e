#pragma once

#include "views/snapshot.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

inline constexpr float kSmallestScale = 0.75f, kLargestScale = 3.0f;

/// Settings, user layouts and recent choices as the key/value map of a session. What a file says wrongly is read as
/// the default: a session cannot make the window unusable.
using SavedSettings = std::map<std::string, std::string>;

SavedSettings saved_settings(const Settings& settings);
Settings settings_from(const SavedSettings& saved);

/// A layout of somebody's own.
struct UserLayout {
    std::string text;             ///< Dear ImGui's ini text
    std::set<std::string> closed; ///< titles of the views that it does not show
    bool operator==(const UserLayout&) const = default;
};
using UserLayouts = std::map<std::string, UserLayout>;

void save_user_layouts(const UserLayouts& layouts, SavedSettings& saved);
UserLayouts user_layouts_from(const SavedSettings& saved);

/// Slices of the judged queries, in their order.
void save_own_slices(const std::vector<OwnSlice>& slices, SavedSettings& saved);
std::vector<OwnSlice> own_slices_from(const SavedSettings& saved);

void save_recents(const std::vector<std::string>& ids, SavedSettings& saved);
std::vector<std::string> recents_from(const SavedSettings& saved);

void save_closed(std::string_view view_title, SavedSettings& saved);
bool is_closed(const SavedSettings& saved, std::string_view view_title);

/// Folders of trainings that are looked at, the first one first, and of those that lie outside the library.
struct SavedTrainings {
    std::vector<std::string> shown, elsewhere;
};
void save_trainings(const SavedTrainings& trainings, SavedSettings& saved);
SavedTrainings trainings_from(const SavedSettings& saved);

/// The training that a bookmark looks at.
struct SavedLook {
    std::string folder;     ///< empty: none. "assets:stories/NAME" lies among what ships, wherever that is
    std::int64_t step = -1; ///< -1: the last one
};
void save_look(const SavedLook& look, SavedSettings& saved);
SavedLook look_from(const SavedSettings& saved);

/// Id of the result that what is on screen is compared with; empty: of none.
void save_pin(const std::string& result, SavedSettings& saved);
std::string pin_from(const SavedSettings& saved);

/// Whether the layout is a shipped one that nobody has touched: it is built anew for the window's width.
void save_untouched(bool untouched, SavedSettings& saved);
bool is_untouched(const SavedSettings& saved);

/// Views at the front of their tabs, the one with the focus last, and the one that has all the room (empty: none): of a bookmark.
void save_in_front(const std::vector<std::string>& titles, const std::string& maximised, SavedSettings& saved);
std::vector<std::string> in_front_from(const SavedSettings& saved);
std::string maximised_from(const SavedSettings& saved);

/// Whether somebody has ended the tour: it is not offered again by itself.
void save_tour_ended(bool ended, SavedSettings& saved);
bool is_tour_ended(const SavedSettings& saved);

} // namespace cameo
