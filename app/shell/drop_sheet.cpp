#include "app/shell/drop_sheet.hpp"

#include "app/shell/frame.hpp"
#include "views/term_pointer.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace cameo {

void DropSheet::ask(std::vector<DropOffer> offers) {
    if (!is_open()) m_offers.clear();
    // What is still asked about stays on top of what comes now.
    m_offers.insert(m_offers.end(), std::make_move_iterator(offers.begin()), std::make_move_iterator(offers.end()));
    if (!is_open()) toggle();
}

void DropSheet::draw() {
    if (!is_open()) return;
    begin("###dropped", {560, 480});
    label(m_offers.size() == 1 ? "This was dropped here" : "These were dropped here", TextStyle::Title, colors().text);
    ImGui::Dummy({0, dp(space::kHalf)});
    std::optional<std::size_t> taken, left;
    ImGui::BeginChild("##things", {0, ImGui::GetContentRegionAvail().y - button_height() - dp(12)});
    const float width = ImGui::GetContentRegionAvail().x;
    for (std::size_t place = 0; place < m_offers.size(); ++place) {
        const DropOffer& offer = m_offers[place];
        ImGui::PushID(static_cast<int>(place));
        {
            const TheirWords theirs;
            paragraph(offer.name, TextStyle::Strong, colors().text, width);
        }
        paragraph(offer.what, TextStyle::Body, colors().text, width);
        if (!offer.will.empty()) paragraph(offer.will, TextStyle::Small, colors().dim, width);
        if (!offer.act.empty()) {
            if (button(offer.act, ButtonKind::Primary)) taken = place;
            ImGui::SameLine(0, dp(space::kUnit));
            if (button("Leave it", ButtonKind::Plain)) left = place;
        }
        ImGui::Dummy({0, dp(space::kGroup)});
        ImGui::PopID();
    }
    ImGui::EndChild();
    const bool any = std::ranges::any_of(m_offers, [](const DropOffer& offer) { return !offer.act.empty(); });
    if (button(!any ? "Close" : m_offers.size() == 1 ? "Leave it alone" : "Leave all of it", ButtonKind::Quiet)) close();
    end();
    if (!taken && !left) return;
    const auto answered = m_offers.begin() + static_cast<std::ptrdiff_t>(taken.value_or(left.value_or(0)));
    const DropOffer offer = std::move(*answered); // what it does may ask again
    m_offers.erase(answered);
    if (std::ranges::none_of(m_offers, [](const DropOffer& each) { return !each.act.empty(); })) close();
    if (taken) offer.run();
}

} // namespace cameo
