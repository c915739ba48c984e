#pragma once

#include <string>

struct ImGuiDockNode;

namespace cameo {

/// Dear ImGui always leaves the central node of a dock space its room, be it empty. While another node's view is
/// maximised, that node is the central one for as long as this lives: around ImGui::DockSpace, which deals out the room,
/// and no longer, so that a layout never says so.
class LentCentre {
public:
    /// @param title of the view that is to have the whole room; one that is not in `dockspace` changes nothing
    LentCentre(unsigned dockspace, const std::string& title);
    ~LentCentre();
    LentCentre(const LentCentre&) = delete;
    LentCentre& operator=(const LentCentre&) = delete;

private:
    ImGuiDockNode* m_centre = nullptr;
    ImGuiDockNode* m_instead = nullptr; ///< nullptr: nothing was lent
};

} // namespace cameo
