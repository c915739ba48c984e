// The top of the document view: what it is, its score as a sum, the experts. DocumentView's head, apart from its text.
#include "views/document_view.hpp"

#include "views/draw.hpp"
#include "views/explain.hpp"
#include "views/format.hpp"
#include "views/term_pointer.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

std::vector<double> used_parts(const Ledger& ledger) {
    std::vector<double> parts;
    for (const auto& expert : ledger.experts)
        parts.push_back(expert.used);
    return parts;
}

/// Where the document stands among those of the query on screen; -1: it is not one of them.
std::int32_t position_in(const Snapshot& now, const Ledger& ledger) {
    if (!now.trace || now.trace->experts.size() != ledger.experts.size()) return -1;
    const auto found = std::ranges::find(now.trace->documents, ledger.id, &UnionDocument::id);
    return found == now.trace->documents.end() ? -1 : static_cast<std::int32_t>(found - now.trace->documents.begin());
}

const std::string& name_of(const Ledger& ledger) { return ledger.title.empty() ? ledger.id : ledger.title; }

std::string_view field(const Ledger& ledger, const char* name) {
    const auto found = ledger.fields.find(name);
    return found == ledger.fields.end() ? std::string_view() : std::string_view(found->second);
}

/// "source cmus  ·  3 tags": what the title and the lines under it do not say already. A long list is counted.
std::string fact_line(const Ledger& ledger) {
    const std::string& name = name_of(ledger);
    std::string line = name == ledger.id ? std::string() : ledger.id;
    for (const auto& [key, value] : ledger.fields) {
        if (value.empty() || value == name || value == ledger.id || key == "section" || key == "synopsis") continue;
        const auto commas = std::count(value.begin(), value.end(), ',');
        line += (line.empty() ? "" : "  ·  ") +
                (commas > 0 && key.ends_with('s') ? std::to_string(commas + 1) + " " + key : key + " " + value);
    }
    return line;
}

std::string all_facts(const Ledger& ledger) {
    std::string all = "id: " + ledger.id;
    for (const auto& [key, value] : ledger.fields)
        if (!value.empty()) all += "\n" + key + ": " + value;
    return all;
}

} // namespace

void DocumentView::draw_head(const Snapshot& now, const Ledger& ledger, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::string& name = name_of(ledger);
    const std::string_view kind = field(ledger, "section"), synopsis = field(ledger, "synopsis");
    const float baseline = at.y + ascent(TextStyle::Title);
    const float kind_width = kind.empty() ? 0 : std::min(text_width(TextStyle::Small, kind) + dp(16), width * 0.4f);
    bool cut = false;
    const float title = draw_their_text(list, {at.x, baseline}, TextStyle::Title, ink(colors().text), name,
                                        width - kind_width - (kind.empty() ? 0 : dp(10)), Align::Left, &cut);
    if (!kind.empty()) {
        const float left = at.x + title + dp(10), middle = at.y + line_height(TextStyle::Title) / 2;
        list.AddRectFilled({left, middle - dp(10)}, {left + kind_width, middle + dp(10)}, ink(colors().text, 0.07f), dp(4));
        draw_their_text(list, {left + dp(8), std::round(middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small))},
                        TextStyle::Small, ink(colors().dim), kind, kind_width - dp(14));
    }
    ImGui::InvisibleButton("Title", {width, line_height(TextStyle::Title)});
    if (cut || !kind.empty()) hover_text((cut ? name + "\n" : "") + (kind.empty() ? "" : "Section " + std::string(kind)));
    if (ImGui::BeginPopupContextItem()) {
        if (menu_item("Copy title")) out.emplace_back(CopyText{name});
        if (menu_item("Copy id")) out.emplace_back(CopyText{ledger.id});
        if (now.trace && menu_item("Write a note")) {
            m_noted = ledger.id;
            m_note.focus();
        }
        const Workbench& bench = now.workbench;
        const bool of_open = bench.phase == Phase::Ready && now.trace && now.trace->collection == bench.collection;
        if (menu_item("Remove from the collection \u2026", nullptr, of_open && !bench.building)) out.emplace_back(RemoveDocument{ledger.id});
        ImGui::EndPopup();
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(2)});
    if (!synopsis.empty() && !ledger.content.starts_with(synopsis)) {
        const TheirWords theirs;
        paragraph(synopsis, TextStyle::Body, colors().text, width);
    }
    // One quiet line of what else is known about it; all of it on hover.
    const std::string facts = fact_line(ledger);
    if (!facts.empty()) {
        const ImVec2 line = ImGui::GetCursorScreenPos();
        draw_their_text(list, {line.x, line.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), facts, width);
        ImGui::InvisibleButton("Fields", {width, line_height(TextStyle::Small)});
        hover_text(all_facts(ledger));
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, 0});
    draw_sum(now, ledger);
    draw_chips(now, ledger, out);
    draw_note(now, ledger, out);
    ImGui::Dummy({0, dp(2)});
}

/// Where somebody has written one, or is about to: most documents have none.
void DocumentView::draw_note(const Snapshot& now, const Ledger& ledger, Commands& out) {
    if (!now.trace) return m_note.keep(out);
    const NoteSubject about{NoteSubject::Kind::Document, now.trace->collection, ledger.id};
    if (note_about(now, about) || m_noted == ledger.id) m_note.draw(now, about, "##note", "A note about this document", out);
    else m_note.keep(out);
}

void DocumentView::draw_sum(const Snapshot& now, const Ledger& ledger) const {
    const auto parts = used_parts(ledger);
    const double largest[] = {ledger.score};
    const SumText sum = format_sum(ledger.score, parts, score_decimals(largest));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float baseline = at.y + ascent(TextStyle::Mono) + dp(2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float end = at.x + width;
    float x = at.x;
    const auto put = [&](std::string_view text, Rgb color) {
        x += draw_text(list, {x, baseline}, TextStyle::Mono, ink(color), text, end - x);
    };
    put(ledger.rank > 0 ? "rank " + std::to_string(ledger.rank) : "outside the lists", colors().dim);
    x += dp(14);
    put(sum.total, colors().text);
    put(sum.exact ? " = " : " ≈ ", colors().dim);
    for (std::size_t part_idx = 0; part_idx < sum.parts.size(); ++part_idx) {
        if (part_idx > 0 || sum.minus[part_idx]) put(sum.minus[part_idx] ? (part_idx > 0 ? " \u2212 " : "\u2212") : " + ", colors().dim);
        const float from = x;
        put(sum.parts[part_idx], colors().text);
        list.AddRectFilled({from, baseline + dp(4)}, {x, baseline + dp(6)}, hue(m_styles[part_idx]), dp(1));
    }
    ImGui::InvisibleButton("Sum", {width, line_height(TextStyle::Mono) + dp(8)});
    std::string exact = "Exact: " + format_exact(ledger.score) + " as " + ledger.fusion + ".";
    const std::int32_t document = position_in(now, ledger);
    for (std::size_t expert_idx = 0; expert_idx < ledger.experts.size(); ++expert_idx) {
        const ExpertLedger& expert = ledger.experts[expert_idx];
        exact.append(1, '\n').append(heading(expert.name)).append(": raw ").append(format_exact(expert.raw));
        exact.append(", rank ").append(std::to_string(expert.rank)).append(", adds ").append(format_exact(expert.used));
        if (document >= 0) exact.append(" = ").append(used_words(*now.trace, document, expert_idx));
    }
    hover_text(exact.append("\nResidual: ").append(format_exact(ledger.residual)));
}

void DocumentView::draw_chips(const Snapshot& now, const Ledger& ledger, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    for (std::size_t expert_idx = 0; expert_idx < ledger.experts.size(); ++expert_idx) {
        const auto index = static_cast<int>(expert_idx);
        const ExpertLedger& part = ledger.experts[expert_idx];
        const auto words = expert_words(part.name, part.kind);
        const double largest[] = {part.raw};
        const std::string figure = format_score(part.raw, score_decimals(largest));
        if (expert_idx > 0)
            flow_next(text_width(TextStyle::Small, words.title) + text_width(TextStyle::Mono, figure) + dp(42), dp(6));
        const bool muted = expert_idx < 32 && (m_muted >> expert_idx & 1U) != 0;
        const auto state = now.selection.expert == index ? ChipState::Selected
                           : muted && now.selection.expert < 0 ? ChipState::Muted : ChipState::Normal;
        if (expert_chip(("Expert " + part.name).c_str(), m_styles[expert_idx], words.title, figure, state)) {
            if (ImGui::GetIO().KeyShift && expert_idx < 32) {
                m_muted ^= 1U << expert_idx;
            } else {
                Selection selection = now.selection;
                selection.expert = now.selection.expert == index ? -1 : index;
                out.emplace_back(Select{selection});
            }
        }
        hover_text([&] { return words.title + ", " + words.plain + ": " + words.technical + "\n\n" + words.formula + "\nRaw score " +
                   format_exact(part.raw) + ", rank " + std::to_string(part.rank) + "\n\nPress" +
                   alone_key(expert_idx) + ": this expert alone. Shift and press: its ink off or on."; });
    }
    ImGui::PopStyleVar();
}

} // namespace cameo
