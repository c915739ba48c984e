// A view beside what is pinned: View's line about it, and the comparison in place of the contents.
#include "views/view.hpp"

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <cmath>
#include <utility>

namespace cameo {
namespace {

constexpr float kLineHeight = 34;

/// All that tables are made of: as long as these are the same ones, so is the comparison.
std::vector<std::shared_ptr<const void>> parts_of(const Snapshot& of) {
    return {of.trace,         of.ledger,          of.reference,             of.judged.scores, of.judged.instances, of.judged.evaluation,
            of.judged.intervals, of.judged.field, of.judged.specialisation, of.gate.report,   of.storm.storm,      of.map.map,
            of.importance.importance, of.missing.found};
}

} // namespace

bool View::draw_pin(const Snapshot& now, Commands& out) {
    if (!now.pin && !m_compared.empty()) { // nothing that was compared is kept alive for nobody
        m_compared.clear();
        m_comparison.show({});
    }
    if (!now.pin || !m_exports) return false;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, middle = at.y + dp(kLineHeight) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + dp(kLineHeight)}, ink(colors().accent, 0.1f), dp(6));
    draw_icon(list, {at.x + dp(16), middle}, icon::kPin, ink(colors().accent), 15);
    // The choice on the right, what is pinned in the room that is left.
    const char* as_is = "As it is";
    const char* changes = "Changes";
    const float choice = m_for_picture ? 0 : text_chip_width(as_is) + dp(4) + text_chip_width(changes) + dp(8);
    const float baseline = std::round(middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small));
    const float room = width - choice - dp(38);
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton("Pinned", {std::max(room + dp(30), dp(30)), dp(kLineHeight)});
    hover_text("Compared with " + now.pin->label + ". Changes shows it, this, and the difference, row by row.");
    if (room > dp(40)) draw_text(list, {at.x + dp(30), baseline}, TextStyle::Small, ink(colors().text), "Against " + now.pin->label, room);
    if (!m_for_picture) {
        ImGui::SetCursorScreenPos({at.x + width - choice, std::round(middle - dp(13))});
        if (text_chip("As it is", as_is, !m_compares)) show_changes(false);
        ImGui::SameLine(0, dp(4));
        if (text_chip("Changes", changes, m_compares)) show_changes(true);
    }
    ImGui::SetCursorScreenPos({at.x, at.y + dp(kLineHeight + 8)});
    ImGui::Dummy({0, 0});
    if (m_compares) draw_changes(now, out);
    return m_compares;
}

void View::show_changes(bool changes) {
    m_compares = changes && m_exports;
    m_compared.clear(); // what only the view knows may have changed meanwhile
}

void View::draw_changes(const Snapshot& now, Commands& out) {
    const Snapshot& then = *now.pin->then;
    auto parts = parts_of(now);
    for (auto& part : parts_of(then)) parts.push_back(std::move(part));
    std::vector<std::string> words;
    if (follows_selection()) words = {now.selection.document, std::to_string(now.selection.expert)};
    for (const QueryWord& word : now.words) words.push_back(word.text + std::to_string(static_cast<int>(word.state)));
    if (parts != m_compared || words != m_compared_words) {
        m_compared = std::move(parts);
        m_compared_words = std::move(words);
        Snapshot alone = now; // what is pinned is not subtracted from anything itself
        alone.reference.reset();
        alone.selection.reference.clear();
        const auto before = table(then), current = table(alone);
        m_nothing_compared.clear();
        if (!current) m_nothing_compared = "This view has no figures yet.";
        else if (!before) m_nothing_compared = "There are no figures of what is pinned here.";
        else m_comparison.show(compare(*before, *current));
    }
    if (then.query_phase == Phase::Failed) strip(StripKind::Error, "What is pinned could not answer this query: " + then.query_error);
    if (!m_nothing_compared.empty()) {
        if (then.query_phase == Phase::Loading) loading_state("Asking what is pinned", now.pin->label, out);
        else empty_state(icon::kPin, "Nothing to compare here", m_nothing_compared);
        return;
    }
    m_comparison.draw(now, out);
}

bool View::exports_changes(const Snapshot& now) const { return now.pin && m_compares && m_nothing_compared.empty(); }

std::optional<ViewTable> View::exported(const Snapshot& now) const {
    if (!exports_changes(now)) return table(now);
    return to_table(m_comparison.shown(), m_title + " changes");
}

bool View::has_exported(const Snapshot& now) const { return exports_changes(now) || has_table(now); }

} // namespace cameo
