#include "views/document_view.hpp"

#include "views/draw.hpp"
#include "views/explain.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/alignment.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr std::size_t kTermsShown = 6;
constexpr float kBarHeight = 5;

std::vector<double> used_parts(const Ledger& ledger) {
    std::vector<double> parts;
    for (const auto& expert : ledger.experts)
        parts.push_back(expert.used);
    return parts;
}

/// A term's row: the word, whether the text has it, its share as a bar, its product.
void term_row(const TermPart& term, double largest, ExpertStyle style) {
    const float width = ImGui::GetContentRegionAvail().x, height = dp(22);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(term.term);
    ImGui::InvisibleButton("term", {width, height});
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered) list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().text, 0.05f), dp(4));
    const float baseline = std::round(at.y + (height - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body));
    const float figure_width = dp(56);
    const float word_width = std::min(width * 0.46f, dp(220));
    const bool in_text = !term.document_spans.empty();
    const float word = draw_text(list, {at.x, baseline}, TextStyle::Mono, ink(colors().text), term.word, word_width - dp(8));
    if (!in_text)
        draw_text(list, {at.x + word + dp(8), baseline}, TextStyle::Small, ink(colors().dim), "not in the text",
                  word_width - word - dp(16));
    const float bar_room = width - word_width - figure_width;
    const auto share = static_cast<float>(largest > 0 ? std::clamp(term.product / largest, 0.0, 1.0) : 0.0);
    const ImVec2 bar{at.x + word_width, std::round(at.y + (height - dp(kBarHeight)) / 2)};
    if (share > 0)
        list.AddRectFilled(bar, {bar.x + bar_room * share, bar.y + dp(kBarHeight)}, hue(style, in_text ? 1.0f : 0.62f),
                           dp(kBarHeight) / 2);
    draw_text(list, {at.x + width, baseline}, TextStyle::Mono, ink(colors().text), format_score(term.product, 2), figure_width,
              Align::Right);
    if (hovered && ImGui::BeginTooltip()) {
        label(format_exact(term.query_weight) + " × " + format_exact(term.document_weight) + " = " + format_exact(term.product),
              TextStyle::Mono, colors().text);
        paragraph("Weight of \u201C" + term.word + "\u201D in the query times its weight in the document." +
                      (term.in_query_text ? "" : " The query does not say it; the model reads it between the words.") +
                      (in_text ? "" : " The document's text does not have it; the model adds it."),
                  TextStyle::Small, colors().dim, dp(320));
        ImGui::EndTooltip();
    }
}

/// Terms that only one side has, as chips that flow; the figure is the weight.
void term_chips(const char* caption, const std::vector<const TermPart*>& terms, bool of_query) {
    if (terms.empty()) return;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = dp(26), width = text_width(TextStyle::Small, caption) + dp(4);
    draw_text(*ImGui::GetWindowDrawList(),
              {at.x, std::round(at.y + (height - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small))},
              TextStyle::Small, ink(colors().dim), caption);
    ImGui::Dummy({width, height});
    for (std::size_t index = 0; index < terms.size(); ++index) {
        const auto& term = *terms[index];
        const std::string text = term.word + "  " + format_score(of_query ? term.query_weight : term.document_weight, 2);
        flow_next(text_chip_width(text), dp(6));
        text_chip(("##" + std::string(caption) + std::to_string(term.term)).c_str(), text);
    }
    ImGui::PopStyleVar();
}

} // namespace

DocumentView::DocumentView()
    : View("Document",
           "The selected document. Underlined: words that the lexical expert counts. Filled: what the local expert matched "
           "to a word of the query. Press an expert, or 1 to 9, to see its ink alone; Shift and press turns its ink off.") {}

bool DocumentView::is_looked_at(const Snapshot& now, std::size_t expert_idx) const {
    if (now.selection.expert >= 0) return now.selection.expert == static_cast<int>(expert_idx);
    return expert_idx >= 32 || (m_muted >> expert_idx & 1U) == 0;
}

void DocumentView::draw_contents(const Snapshot& now, Commands& out) {
    if (now.selection.document.empty()) {
        empty_state(icon::kInfo, "No document selected",
                    now.trace ? "Press a document in the Query bench to see which of its words count, and for whom."
                              : "Run a query first. A document's text stands here with the evidence of every expert in it.");
        return;
    }
    if (now.ledger_phase == Phase::Failed) {
        failed_state("This document did not open", now.ledger_error, "Select another one, or run the query again.", {}, out);
        return;
    }
    const Ledger* ledger = now.ledger && now.ledger->id == now.selection.document ? now.ledger.get() : nullptr;
    if (!ledger && now.trace) ledger = find_ledger(*now.trace, nullptr, now.selection.document);
    if (!ledger) {
        if (now.ledger_phase == Phase::Loading)
            loading_state("Opening the score", now.selection.document, out);
        else
            empty_state(icon::kInfo, now.selection.document,
                        "Its text and its score's parts are not in this recording. Open the model and the collection to see them.");
        return;
    }
    std::vector<ExpertKind> kinds;
    for (const auto& expert : ledger->experts)
        kinds.push_back(expert.kind);
    m_styles = expert_styles(kinds);
    handle_keys(now, *ledger, out);

    draw_head(now, *ledger, out);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    if (ImGui::BeginChild("##body", {0, 0}, ImGuiChildFlags_None, ImGuiWindowFlags_NoNavInputs)) {
        if (m_shown != ledger->id) {
            m_shown = ledger->id;
            m_all_terms = false;
            ImGui::SetScrollY(0);
        }
        draw_text_with_ink(now, *ledger, out);
        m_hovered_token = -1;
        for (std::size_t expert_idx = 0; expert_idx < ledger->experts.size(); ++expert_idx) {
            if (!is_looked_at(now, expert_idx)) continue;
            const ExpertLedger& part = ledger->experts[expert_idx];
            ImGui::PushID(static_cast<int>(expert_idx));
            switch (part.kind) {
            case ExpertKind::Lexical: draw_terms(part, m_styles[expert_idx]); break;
            case ExpertKind::Local: draw_tokens(now, part, m_styles[expert_idx], out); break;
            case ExpertKind::Global: draw_whole(part, m_styles[expert_idx]); break;
            }
            ImGui::PopID();
        }
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void DocumentView::draw_head(const Snapshot& now, const Ledger& ledger, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::string& name = ledger.title.empty() ? ledger.id : ledger.title;
    bool cut = false;
    draw_text(list, {at.x, at.y + ascent(TextStyle::Title)}, TextStyle::Title, ink(colors().text), name, width, Align::Left, &cut);
    ImGui::InvisibleButton("Title", {width, line_height(TextStyle::Title)});
    if (cut) hover_text(name);
    if (ImGui::BeginPopupContextItem()) {
        if (menu_item("Copy title")) out.emplace_back(CopyText{name});
        if (menu_item("Copy id")) out.emplace_back(CopyText{ledger.id});
        ImGui::EndPopup();
    }
    // One quiet line of what is known about it; all of it on hover.
    std::string facts = name == ledger.id ? std::string() : ledger.id;
    std::string all;
    for (const auto& [key, value] : ledger.fields) {
        if (value.empty() || value == name) continue;
        facts += (facts.empty() ? "" : "  ·  ") + key + " " + value;
        all += (all.empty() ? "" : "\n") + key + ": " + value;
    }
    if (!facts.empty()) {
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() - dp(4));
        const ImVec2 line = ImGui::GetCursorScreenPos();
        draw_text(list, {line.x, line.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), facts, width);
        ImGui::InvisibleButton("Fields", {width, line_height(TextStyle::Small)});
        hover_text(all);
    }
    draw_sum(ledger);
    draw_chips(now, ledger, out);
    ImGui::Dummy({0, dp(2)});
}

void DocumentView::draw_sum(const Ledger& ledger) const {
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
    for (const auto& expert : ledger.experts)
        exact += "\n" + heading(expert.name) + ": raw " + format_exact(expert.raw) + ", rank " + std::to_string(expert.rank) +
                 ", adds " + format_exact(expert.used);
    hover_text(exact + "\nResidual: " + format_exact(ledger.residual));
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
        hover_text(words.title + ", " + words.plain + ": " + words.technical + "\n\n" + words.formula + "\nRaw score " +
                   format_exact(part.raw) + ", rank " + std::to_string(part.rank) + "\n\nPress or " +
                   std::to_string(expert_idx + 1) + ": this expert alone. Shift and press: its ink off or on.");
    }
    ImGui::PopStyleVar();
}

void DocumentView::draw_text_with_ink(const Snapshot& now, const Ledger& ledger, Commands& out) {
    const int follow = m_hovered_token >= 0 ? m_hovered_token : now.selection.query_token;
    const Evidence evidence = gather_evidence(ledger, m_styles, {.solo = now.selection.expert, .muted = m_muted, .query_token = follow});
    const float width = ImGui::GetContentRegionAvail().x - dp(6);
    const int under = m_text.draw("Text", ledger.content, evidence.inks, width, out);
    if (under < 0) return;
    // Everything that marks this stretch speaks, not only what was drawn last.
    const InkSpan& hit = evidence.inks[static_cast<std::size_t>(under)];
    if (!ImGui::BeginTooltip()) return;
    for (const InkSpan& each : evidence.inks) {
        if (each.end <= hit.begin || each.begin >= hit.end || each.kind == InkSpan::Kind::Outline) continue;
        const EvidenceNote& note = evidence.notes[static_cast<std::size_t>(each.tag)];
        const ExpertLedger& part = ledger.experts[note.expert_idx];
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        draw_mark(*ImGui::GetWindowDrawList(), {corner.x + dp(5), corner.y + line_height(TextStyle::Small) / 2},
                  m_styles[note.expert_idx], 8, true);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + dp(18));
        if (note.term_idx >= 0) {
            const auto& term = part.terms[static_cast<std::size_t>(note.term_idx)];
            label(term.word + "  " + format_score(term.query_weight, 2) + " × " + format_score(term.document_weight, 2) + " = " +
                      format_score(term.product, 2),
                  TextStyle::Small, colors().text);
        } else if (note.token_idx >= 0 && note.document_token >= 0) {
            const auto token_idx = static_cast<std::size_t>(note.token_idx), row = static_cast<std::size_t>(note.document_token);
            const double value = part.similarities.size() == part.tokens.size() * part.document_tokens.size()
                                     ? part.similarities[token_idx * part.document_tokens.size() + row]
                                     : part.tokens[token_idx].similarity;
            label(part.tokens[token_idx].query_token + " → " + (row < part.document_tokens.size() ? part.document_tokens[row] : "?") +
                      "  " + format_score(value, 2),
                  TextStyle::Small, colors().text);
        }
    }
    ImGui::EndTooltip();
}

void DocumentView::draw_terms(const ExpertLedger& part, ExpertStyle style) {
    std::vector<const TermPart*> shared, missing, own;
    double sum = 0, largest = 0;
    for (const auto& term : part.terms) {
        sum += term.product;
        largest = std::max(largest, term.product);
        if (term.product > 0) shared.push_back(&term);
        else if (term.query_weight > 0) missing.push_back(&term);
        else if (term.document_weight > 0) own.push_back(&term);
    }
    ImGui::Dummy({0, dp(space::kUnit)});
    const std::string_view note = shared.empty() ? "none: this expert adds nothing here" : "weight in the query × weight here";
    section("Shared words", note);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), 0});
    const std::size_t shown = m_all_terms ? shared.size() : std::min(shared.size(), kTermsShown);
    for (std::size_t term_idx = 0; term_idx < shown; ++term_idx)
        term_row(*shared[term_idx], largest, style);
    ImGui::PopStyleVar();
    ImGui::Dummy({0, 0});
    if (shared.size() > kTermsShown) {
        double rest = 0;
        for (std::size_t term_idx = shown; term_idx < shared.size(); ++term_idx)
            rest += shared[term_idx]->product;
        const std::string more = m_all_terms ? "Fewer words" : "And " + std::to_string(shared.size() - shown) + " more, " + format_score(rest, 2) + " together";
        if (text_chip("##more terms", more)) m_all_terms = !m_all_terms;
    }
    term_chips("Asked for, not here", missing, true);
    term_chips("Here, not asked for", own, false);
    if (std::fabs(part.residual) > 0.5e-2 * std::max(std::fabs(part.raw), 1.0))
        label("Residual " + format_exact(part.residual) + ": what the parts above leave of " + format_score(part.raw, 2),
              TextStyle::Small, colors().dim);
}

void DocumentView::draw_tokens(const Snapshot& now, const ExpertLedger& part, ExpertStyle style, Commands& out) {
    ImGui::Dummy({0, dp(space::kUnit)});
    float highest = 0;
    for (const float value : part.similarities)
        if (std::isfinite(value)) highest = std::max(highest, value);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = at.x + ImGui::GetContentRegionAvail().x;
    section("Alignment", "each query token and its best match");
    if (part.tokens.empty()) {
        label("This expert has no token for the query.", TextStyle::Small, colors().dim);
        return;
    }
    // The scale, named: from nothing to the largest similarity on screen.
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float baseline = at.y + ascent(TextStyle::Strong), bar = dp(56);
    const std::string high = format_score(highest, 2);
    const float room = right - at.x;
    if (room > dp(420)) {
        float x = right - text_width(TextStyle::Mono, high);
        draw_text(list, {x, baseline}, TextStyle::Mono, ink(colors().dim), high);
        x -= dp(6) + bar;
        constexpr int kSteps = 14;
        for (int step = 0; step < kSteps; ++step) {
            const float share = (static_cast<float>(step) + 0.5f) / kSteps;
            list.AddRectFilled({x + bar * static_cast<float>(step) / kSteps, baseline - dp(9)},
                               {x + bar * static_cast<float>(step + 1) / kSteps, baseline - dp(1)}, hue(style, share * share));
        }
        draw_text(list, {x - dp(6), baseline}, TextStyle::Mono, ink(colors().dim), "cosine 0", dp(80), Align::Right);
    }
    const AlignmentHover hover = draw_alignment(part, style, now.selection.query_token);
    m_hovered_token = hover.query_token;
    if (hover.clicked) {
        Selection selection = now.selection;
        selection.query_token = selection.query_token == hover.query_token ? -1 : hover.query_token;
        out.emplace_back(Select{selection});
    }
}

void DocumentView::draw_whole(const ExpertLedger& part, ExpertStyle style) {
    ImGui::Dummy({0, dp(space::kUnit)});
    const auto words = expert_words(part.name, part.kind);
    section(words.title, words.plain);
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const double value = std::clamp(std::isfinite(part.raw) ? part.raw : 0.0, 0.0, 1.0);
    const float middle = at.y + dp(12);
    const float figure = text_width(TextStyle::Mono, "0.0000") + dp(10);
    const bool cosine = std::fabs(part.raw) <= 1.0001;
    if (cosine) {
        list.AddRectFilled({at.x, middle - dp(2.5f)}, {at.x + width - figure, middle + dp(2.5f)}, ink(colors().raised), dp(2.5f));
        list.AddRectFilled({at.x, middle - dp(2.5f)}, {at.x + (width - figure) * static_cast<float>(value), middle + dp(2.5f)},
                           hue(style), dp(2.5f));
    }
    const double largest[] = {part.raw};
    draw_text(list, {at.x + width, middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono)}, TextStyle::Mono,
              ink(colors().text), format_score(part.raw, score_decimals(largest)), width, Align::Right);
    ImGui::InvisibleButton("Whole", {width, dp(24)});
    hover_text("Exact: " + format_exact(part.raw) + "\n" + words.formula);
    paragraph("The text as a whole, from 0 to 1. No word of it has an exact share.", TextStyle::Small, colors().dim);
}

void DocumentView::handle_keys(const Snapshot& now, const Ledger& ledger, Commands& out) const {
    if (!has_keys()) return;
    Selection selection = now.selection;
    const auto experts = static_cast<int>(std::min<std::size_t>(ledger.experts.size(), 9));
    for (int expert_idx = 0; expert_idx < experts; ++expert_idx)
        if (ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_1 + expert_idx), false))
            selection.expert = selection.expert == expert_idx ? -1 : expert_idx;
    if (ImGui::IsKeyPressed(ImGuiKey_0, false)) selection.expert = -1;
    if (selection != now.selection) out.emplace_back(Select{selection});
}

} // namespace cameo
