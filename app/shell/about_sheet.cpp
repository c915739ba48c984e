#include "app/shell/about_sheet.hpp"

#include "app/about/linked_parts.hpp"
#include "app/shell/frame.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <string>

namespace cameo {

void AboutSheet::draw(Commands& out) {
    if (!is_open()) return;
    begin("###about", {620, 640});
    label(std::string("Cameo ") + own_version(), TextStyle::Title, colors().text);
    paragraph("Shows which expert plays which part in retrieval. Under the MIT licence; these parts are others' work, and docs/third-party-licences.md says more of their terms.", TextStyle::Body, colors().dim);
    ImGui::Dummy({0, dp(space::kHalf)});
    if (button("Copy", ButtonKind::Plain, icon::kCopy)) out.emplace_back(CopyText{about_text()});
    ImGui::SameLine(0, dp(8));
    if (button("Close", ButtonKind::Quiet)) close();
    ImGui::Dummy({0, dp(space::kHalf)});
    ImGui::BeginChild("##parts");
    if (ImGui::BeginTable("##table", 3, ImGuiTableFlags_SizingStretchProp)) {
        for (const LinkedPart& part : linked_parts()) {
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            label(part.name, TextStyle::Body, colors().text);
            ImGui::TableNextColumn();
            label(part.version, TextStyle::Mono, colors().dim);
            ImGui::TableNextColumn();
            paragraph(part.licence, TextStyle::Body, colors().dim);
        }
        ImGui::EndTable();
    }
    ImGui::EndChild();
    end();
}

} // namespace cameo
