#include "app/shell/lent_centre.hpp"

#include <imgui.h>
#include <imgui_internal.h>

namespace cameo {

namespace {

void set_central(ImGuiDockNode& node, bool central) {
    const ImGuiDockNodeFlags others = node.LocalFlags & ~ImGuiDockNodeFlags_CentralNode;
    node.SetLocalFlags(central ? others | ImGuiDockNodeFlags_CentralNode : others);
}

} // namespace

LentCentre::LentCentre(ImGuiID dockspace, const std::string& title) {
    const ImGuiWindow* window = title.empty() ? nullptr : ImGui::FindWindowByName(title.c_str());
    ImGuiDockNode* node = window ? ImGui::DockBuilderGetNode(window->DockId) : nullptr;
    ImGuiDockNode* root = node ? ImGui::DockNodeGetRootNode(node) : nullptr;
    if (!root || root->ID != dockspace || !root->CentralNode || root->CentralNode == node) return;
    m_centre = root->CentralNode;
    m_instead = node;
    set_central(*m_centre, false);
    set_central(*m_instead, true);
}

LentCentre::~LentCentre() {
    if (!m_instead) return;
    set_central(*m_instead, false);
    set_central(*m_centre, true);
    ImGui::DockNodeGetRootNode(m_centre)->CentralNode = m_centre;
}

} // namespace cameo
