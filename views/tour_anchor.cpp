#include "views/tour_anchor.hpp"

#include <imgui_internal.h>

#include <algorithm>

namespace cameo {

void TourAnchors::begin_frame(std::string_view wanted, bool bring_into_sight) {
    m_wanted = wanted;
    m_bring_into_sight = bring_into_sight;
    m_found.reset();
    m_panel.reset();
}

void TourAnchors::note(ImVec2 min, ImVec2 max) {
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    if (m_bring_into_sight && !m_found) ImGui::ScrollToRect(window, {min, max}, ImGuiScrollFlags_KeepVisibleEdgeY);
    ImRect seen{min, max};
    seen.ClipWith(window->ClipRect);
    if (window->SkipItems || seen.GetWidth() <= 0 || seen.GetHeight() <= 0) return;
    const ImGuiWindow& panel = *window->RootWindow;
    m_panel = {panel.Pos, {panel.Pos.x + panel.Size.x, panel.Pos.y + panel.Size.y}};
    if (!m_found) m_found = {seen.Min, seen.Max};
    else
        m_found = {{std::min(m_found->min.x, seen.Min.x), std::min(m_found->min.y, seen.Min.y)},
                   {std::max(m_found->max.x, seen.Max.x), std::max(m_found->max.y, seen.Max.y)}};
}

std::optional<TourAnchors::Place> TourAnchors::found() const { return m_found; }
std::optional<TourAnchors::Place> TourAnchors::panel() const { return m_panel; }

TourAnchors& tour_anchors() {
    static TourAnchors anchors;
    return anchors;
}

} // namespace cameo
