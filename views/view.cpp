#include "views/view.hpp"

#include "views/icons.hpp"
#include "views/draw.hpp"
#include "views/term_pointer.hpp"
#include "views/widgets/controls.hpp"

#include <imgui_internal.h>
#include <utility>

namespace cameo {

void draw_view_help(const ViewHelp& help, float width) {
    paragraph(help.what, TextStyle::Small, colors().text, width);
    const auto part = [&](std::string_view heading, std::string_view text) {
        if (text.empty()) return;
        ImGui::Dummy({0, dp(2)});
        label(heading, TextStyle::SmallStrong, colors().text);
        paragraph(text, TextStyle::Small, colors().dim, width);
    };
    part("How it is computed", help.formula);
    part("How to read it", help.reading);
    part("A good picture", help.healthy);
    part("A bad one", help.sick);
}

View::View(std::string title, ViewHelp help, bool exports)
    : m_title(std::move(title)), m_help(std::move(help)), m_exports(exports) {}

void View::draw(const Snapshot& now, Commands& out) {
    if (!m_open) return keep_words(out);
    if (std::exchange(m_focus_next, false)) ImGui::SetNextWindowFocus();
    if (m_first_dock != 0) ImGui::SetNextWindowDockID(m_first_dock, ImGuiCond_FirstUseEver);
    ImGui::SetNextWindowSize({dp(720), dp(560)}, ImGuiCond_FirstUseEver);
    ImGui::SetNextWindowSizeConstraints({dp(240), dp(160)}, {FLT_MAX, FLT_MAX});
    const bool visible = ImGui::Begin(m_title.c_str(), &m_open, ImGuiWindowFlags_NoCollapse);
    term_pointer().note_item(m_title); // its tab
    if (visible) {
        // The corner's signs stand below the contents, not on them.
        if (!m_for_picture) ImGui::GetCurrentWindow()->ContentRegionRect.Max.y -= dp(8);
        if (!draw_pin(now, out)) draw_contents(now, out);
        if (!m_for_picture) draw_corner(now, out);
    } else {
        keep_words(out);
    }
    ImGui::End();
}

namespace {

bool keys_go_here() {
    return ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows | ImGuiFocusedFlags_NoPopupHierarchy) &&
           !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup) && !ImGui::GetIO().WantTextInput;
}

} // namespace

bool View::has_keys() { return keys_go_here() && !ImGui::GetIO().KeyCtrl && !ImGui::GetIO().KeyAlt; }
bool View::has_alt_keys() { return keys_go_here() && !ImGui::GetIO().KeyCtrl && ImGui::GetIO().KeyAlt; }

void View::draw_corner(const Snapshot& now, Commands& out) {
    // In the window's own corner, over the padding, so that no view has to leave room for it.
    const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
    const float edge = dp(20);
    ImVec2 max{at.x + size.x - ImGui::GetCurrentWindow()->ScrollbarSizes.x, at.y + size.y};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto mark = [&](const char* sign) {
        const ImVec2 min{max.x - edge, max.y - edge};
        const bool hovered = ImGui::IsMouseHoveringRect(min, max) && ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows);
        draw_icon(list, {(min.x + max.x) / 2, (min.y + max.y) / 2}, sign, ink(hovered ? colors().text : colors().dim), 14);
        max.x -= edge;
        return hovered;
    };
    if (!m_help.what.empty() && mark(icon::kHelp) && ImGui::BeginTooltip()) {
        draw_view_help(m_help, dp(400));
        ImGui::EndTooltip();
    }
    if (mark(icon::kDownload)) {
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) ImGui::OpenPopup("##export");
        if (!ImGui::IsPopupOpen("##export") && ImGui::BeginTooltip()) {
            paragraph(m_exports ? "Copy or save what this view shows, with every digit, or a picture of it; with where it comes from."
                                : "Save a picture of this view, with where it comes from.",
                      TextStyle::Small, colors().text, dp(280));
            ImGui::EndTooltip();
        }
    }
    if (!ImGui::BeginPopup("##export")) return;
    if (ImGui::IsWindowAppearing()) m_popup_has_table = m_exports && has_exported(now);
    if (m_exports) {
        if (!m_popup_has_table) label("There are no figures here to copy yet.", TextStyle::Small, colors().dim);
        else
            for (const auto& [words, format] : {std::pair{"Markdown", TableFormat::Markdown}, {"CSV", TableFormat::Csv}, {"JSON", TableFormat::Json}}) {
                const bool copy = menu_item(std::string("Copy as ") + words), save = menu_item(std::string("Save as ") + words + " \u2026");
                // Made now and not with the menu: the curves of a long training have millions of rows.
                auto made = copy || save ? exported(now) : std::nullopt;
                if (made) out.emplace_back(ExportTable{std::make_shared<const ViewTable>(std::move(*made)), format, save});
            }
        ImGui::Separator();
    }
    if (menu_item("Save as PNG (2\u00D7) \u2026")) out.emplace_back(ExportPicture{m_title, PictureFormat::Png});
    if (menu_item("Save as SVG \u2026")) out.emplace_back(ExportPicture{m_title, PictureFormat::Svg});
    if (menu_item("Save as web page or PDF \u2026")) out.emplace_back(ExportPicture{m_title, PictureFormat::Page});
    ImGui::EndPopup();
}

} // namespace cameo
