#include "views/own_slices_editor.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <imgui_stdlib.h>

#include <algorithm>
#include <utility>

namespace cameo {
namespace {

std::string free_name(const std::vector<OwnSlice>& slices, const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2; std::ranges::find(slices, name, &OwnSlice::name) != slices.end(); ++number) name = wanted + " " + std::to_string(number);
    return name;
}

/// Why it cannot be used; nothing: it can.
const char* problem_of(const std::vector<OwnSlice>& slices, const OwnSlice& slice) {
    if (slice.name.empty()) return "It needs a name.";
    if (slice.name == kOtherQueries) return "The rest is called so: it needs another name.";
    if (std::ranges::count(slices, slice.name, &OwnSlice::name) > 1) return "Two have this name: it needs another.";
    if (slice.words.empty() && slice.ids.empty()) return "It needs the words that its queries contain.";
    return nullptr;
}

} // namespace

void OwnSlicesEditor::draw(const Snapshot& now, Commands& out) {
    if (text_chip("Your slices", "Your slices \u2026")) {
        m_slices = now.slices;
        m_kept.assign(m_slices.size(), true);
        ImGui::OpenPopup("##slices");
    }
    hover_text("Cut the queries as you like: those with some words in them, or those that you have picked.");
    place_popup_below_item();
    if (!ImGui::BeginPopup("##slices")) return;
    label("Your slices", TextStyle::Strong, colors().text);
    paragraph("A name, and the words that a query of it contains, one of several between bars. A query counts in the first slice that fits.", TextStyle::Small, colors().dim,
              dp(380));
    if (draw_slices()) keep(now, out);
    ImGui::EndPopup();
}

/// One that was in use and cannot be now keeps all as it was, until it is mended: it would be gone otherwise.
void OwnSlicesEditor::keep(const Snapshot& now, Commands& out) {
    std::vector<OwnSlice> whole;
    std::vector<bool> kept;
    for (std::size_t place = 0; place < m_slices.size(); ++place) {
        kept.push_back(!problem_of(m_slices, m_slices[place]));
        if (kept.back()) whole.push_back(m_slices[place]);
        else if (m_kept[place]) return;
    }
    m_kept = std::move(kept);
    if (whole != now.slices) out.emplace_back(SetSlices{std::move(whole)});
}

bool OwnSlicesEditor::draw_slices() {
    bool changed = false;
    const FontScope body(TextStyle::Body);
    for (std::size_t place = 0; place < m_slices.size(); ++place) {
        ImGui::PushID(static_cast<int>(place));
        OwnSlice& slice = m_slices[place];
        ImGui::SetNextItemWidth(dp(150));
        ImGui::InputTextWithHint("##name", "name", &slice.name);
        changed |= ImGui::IsItemDeactivatedAfterEdit();
        ImGui::SameLine(0, dp(6));
        if (slice.ids.empty()) {
            ImGui::SetNextItemWidth(dp(190));
            ImGui::InputTextWithHint("##words", "python|perl", &slice.words);
            changed |= ImGui::IsItemDeactivatedAfterEdit();
        } else {
            ImGui::AlignTextToFramePadding();
            const std::string picked = format_amount(static_cast<std::int64_t>(slice.ids.size()), Unit::Queries);
            ImGui::TextUnformatted(picked.c_str());
            ImGui::SameLine(0, 0);
            ImGui::Dummy({std::max(dp(190) - text_width(TextStyle::Body, picked), 1.0f), 1});
        }
        ImGui::SameLine(0, dp(6));
        const bool gone = icon_button("Take away", icon::kClose, "Take it away.");
        ImGui::PopID();
        if (!gone) {
            const char* problem = problem_of(m_slices, slice);
            if (problem && !ImGui::IsAnyItemActive()) label(problem, TextStyle::Small, colors().dim);
            continue;
        }
        const auto at = static_cast<std::ptrdiff_t>(place--);
        m_slices.erase(m_slices.begin() + at);
        m_kept.erase(m_kept.begin() + at);
        changed = true;
    }
    if (button("Add a slice", ButtonKind::Plain, icon::kPlus)) {
        m_slices.push_back({.name = free_name(m_slices, "slice")});
        m_kept.push_back(false);
    }
    return changed;
}

void keep_as_slice(const Snapshot& now, const std::function<std::vector<std::string>()>& ids, Commands& out) {
    if (text_chip("Keep as a slice", "Keep as a slice")) {
        auto slices = now.slices;
        slices.push_back({.name = free_name(slices, "picked"), .ids = ids()});
        out.emplace_back(SetSlices{std::move(slices)});
        out.emplace_back(ShowView{"Specialisation"});
    }
    hover_text("These queries as a part of their own in Specialisation.");
}

} // namespace cameo
