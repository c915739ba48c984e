#pragma once

#include <imgui.h>

#include <optional>
#include <string>
#include <string_view>

namespace cameo {

/// Where the widget stands that a tour points at. Widgets say their name and place while they are drawn; without a tour
/// nobody listens, and saying it costs one look at an empty string. Like theme() it belongs to the window's thread.
class TourAnchors {
public:
    struct Place {
        ImVec2 min, max; ///< real pixels, cut to what can be seen of it
    };

    /// Before anything is drawn.
    /// @param wanted the only name that is listened to in this frame; empty: none
    /// @param bring_into_sight whether what scrolls is scrolled to it
    void begin_frame(std::string_view wanted, bool bring_into_sight);
    bool is_wanted(std::string_view name) const { return !m_wanted.empty() && m_wanted == name; }
    bool is_listening() const { return !m_wanted.empty(); }
    /// Within the window that it is drawn into. What is noted twice in a frame becomes one place around both.
    void note(ImVec2 min, ImVec2 max);
    /// Of this frame; nothing where it was not drawn or cannot be seen.
    std::optional<Place> found() const;
    /// The whole panel that it stands in, of this frame.
    std::optional<Place> panel() const;

private:
    std::string m_wanted;
    bool m_bring_into_sight = false;
    std::optional<Place> m_found, m_panel;
};

TourAnchors& tour_anchors();

/// "This is the widget of that name."
inline void tour_anchor(std::string_view name, ImVec2 min, ImVec2 max) {
    if (tour_anchors().is_wanted(name)) tour_anchors().note(min, max);
}
/// The same of the last item.
inline void tour_anchor(std::string_view name) {
    if (tour_anchors().is_wanted(name)) tour_anchors().note(ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
}

/// The names. Views and tours meet here.
namespace anchor {
inline constexpr std::string_view kSearch = "search box", kFirstRow = "first row", kExperts = "experts' lists", kMarks = "marks",
                                  kScoreBar = "score bar", kText = "document text", kSum = "sum of the score", kWords = "words of the query",
                                  kMixes = "mixes", kMenu = "menu";
} // namespace anchor

} // namespace cameo
