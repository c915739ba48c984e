// Each expert's part of a document's score, down to its leaves. DocumentView's parts, apart from its text.
#include "views/document_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/alignment.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/word_piece.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr std::size_t kTermsShown = 6, kChipsShown = 12;
constexpr float kPartBarHeight = 5;

/// A term's row: the word, whether the text has it, its share as a bar, its product. @return true: it was pressed.
bool term_row(const TermPart& term, double largest, ExpertStyle style, bool selected) {
    const float width = ImGui::GetContentRegionAvail().x, height = dp(22);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(term.term);
    const bool pressed = ImGui::InvisibleButton("term", {width, height}, ImGuiButtonFlags_EnableNav);
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (selected) list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().accent, 0.16f), dp(4));
    else if (hovered) list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().text, 0.05f), dp(4));
    focus_ring(at, {at.x + width, at.y + height}, dp(4));
    const float baseline = std::round(at.y + (height - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body));
    const float figure_width = dp(56);
    const float word_width = std::min(width * 0.46f, dp(220));
    const bool in_text = !term.document_spans.empty();
    const float word = draw_piece(list, {at.x, baseline}, TextStyle::Mono, ink(colors().text), term.word, word_width - dp(8));
    if (!in_text)
        draw_text(list, {at.x + word + dp(8), baseline}, TextStyle::Small, ink(colors().dim), "not in the text",
                  word_width - word - dp(16));
    const float bar_room = width - word_width - figure_width;
    const auto share = static_cast<float>(largest > 0 ? std::clamp(term.product / largest, 0.0, 1.0) : 0.0);
    const ImVec2 bar{at.x + word_width, std::round(at.y + (height - dp(kPartBarHeight)) / 2)};
    if (share > 0)
        list.AddRectFilled(bar, {bar.x + bar_room * share, bar.y + dp(kPartBarHeight)}, hue(style, in_text ? 1.0f : 0.62f),
                           dp(kPartBarHeight) / 2);
    draw_text(list, {at.x + width, baseline}, TextStyle::Mono, ink(colors().text), format_score(term.product, 2), figure_width,
              Align::Right);
    if (hovered && begin_explanation()) {
        label(format_exact(term.query_weight) + " × " + format_exact(term.document_weight) + " = " + format_exact(term.product),
              TextStyle::Mono, colors().text);
        paragraph("Weight of \u201C" + term.word + "\u201D in the query times its weight in the document." +
                      (term.in_query_text ? "" : " The query does not say it; the model reads it between the words.") +
                      (in_text ? "" : " The document's text does not have it; the model adds it."),
                  TextStyle::Small, colors().dim, dp(320));
        if (const std::string fragment = fragment_words(term.word); !fragment.empty())
            paragraph(fragment, TextStyle::Small, colors().dim, dp(320));
        ImGui::EndTooltip();
    }
    return pressed;
}

/// Terms that only one side has, as chips that flow, the heaviest first; the figure is the weight.
/// @param all whether those beyond the first dozen are shown; the last chip turns it.
void term_chips(const char* caption, const std::vector<const TermPart*>& terms, bool of_query, bool& all) {
    if (terms.empty()) return;
    ImGui::PushID(caption);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = dp(26), width = text_width(TextStyle::Small, caption) + dp(4);
    draw_text(*ImGui::GetWindowDrawList(),
              {at.x, std::round(at.y + (height - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small))},
              TextStyle::Small, ink(colors().dim), caption);
    ImGui::Dummy({width, height});
    // One more is shown rather than a chip that hides one.
    const std::size_t shown = all || terms.size() <= kChipsShown + 1 ? terms.size() : kChipsShown;
    for (std::size_t index = 0; index < shown; ++index) {
        const TermPart& term = *terms[index];
        const std::string figure = format_score(of_query ? term.query_weight : term.document_weight, 2);
        flow_next(piece_chip_width(term.word, figure), dp(6));
        piece_chip(("##" + std::to_string(term.term)).c_str(), term.word, figure,
                   "Weight in the query " + format_exact(term.query_weight) + ", in the document " +
                       format_exact(term.document_weight) + ": their product is 0, so that it adds nothing.");
    }
    if (terms.size() > kChipsShown + 1) {
        const std::string more = all ? "Fewer" : "and " + std::to_string(terms.size() - shown) + " more";
        flow_next(text_chip_width(more), dp(6));
        if (text_chip("##more", more)) all = !all;
    }
    ImGui::PopStyleVar();
    ImGui::PopID();
}

/// "9.25 = sum of the shared words, residual 1.2e−07": a total equals its shown parts, or says what is left over.
void residual_line(const ExpertLedger& part, std::string_view leaves) {
    ImGui::Dummy({0, 0});
    const double largest[] = {part.raw};
    label(format_score(part.raw, score_decimals(largest)) + " = " + std::string(leaves) + ", residual " +
              format_figure(part.residual),
          TextStyle::Small, colors().dim);
    hover_text([&] { return "Exact: " + format_exact(part.raw) + ", residual " + format_exact(part.residual) +
               ": what rounding and compression leave between the score and the sum of its parts."; });
}

bool is_unit(double norm) { return std::fabs(norm - 1) < 1e-3; }

} // namespace

void DocumentView::draw_terms(const Snapshot& now, const ExpertLedger& part, ExpertStyle style, Commands& out) {
    std::vector<const TermPart*> shared, missing, own;
    double largest = 0;
    for (const auto& term : part.terms) {
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
        if (const TermPart& term = *shared[term_idx]; term_row(term, largest, style, term.term == now.selection.term)) {
            Selection selection = now.selection;
            selection.term = selection.term == term.term ? -1 : term.term;
            out.emplace_back(Select{selection});
        }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, 0});
    if (shared.size() > kTermsShown) {
        double rest = 0;
        for (std::size_t term_idx = shown; term_idx < shared.size(); ++term_idx)
            rest += shared[term_idx]->product;
        const std::string more = m_all_terms ? "Fewer words" : "And " + std::to_string(shared.size() - shown) + " more, " + format_score(rest, 2) + " together";
        if (text_chip("##more terms", more)) m_all_terms = !m_all_terms;
    }
    term_chips("Asked for, not here", missing, true, m_all_missing);
    term_chips("Here, not asked for", own, false, m_all_own);
    residual_line(part, "sum of the shared words");
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
    if (right - at.x > dp(420))
        draw_heat_scale(*ImGui::GetWindowDrawList(), {right, at.y + ascent(TextStyle::Strong)}, "similarity 0", format_score(highest, 2), style);
    const AlignmentHover hover = draw_alignment(part, style, now.selection.query_token);
    m_hovered_token = hover.query_token;
    if (hover.clicked_token >= 0) {
        Selection selection = now.selection;
        selection.query_token = selection.query_token == hover.clicked_token ? -1 : hover.clicked_token;
        out.emplace_back(Select{selection});
    }
    residual_line(part, "sum of each row's largest");
}

void DocumentView::draw_whole(const ExpertLedger& part, ExpertStyle style) {
    ImGui::Dummy({0, dp(space::kUnit)});
    const auto words = expert_words(part.name, part.kind);
    section(words.title, words.plain);
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // Only a cosine has ends; the bar of any other inner product would mean nothing.
    const bool known = part.query_norm > 0 && part.document_norm > 0;
    const bool cosine = is_unit(part.query_norm) && is_unit(part.document_norm);
    const float middle = at.y + dp(12), half = dp(2.5f);
    const float room = width - text_width(TextStyle::Mono, "\u22120.0000") - dp(10);
    if (cosine && std::isfinite(part.raw)) {
        const double low = part.raw < 0 ? -1 : 0, value = std::clamp(part.raw, low, 1.0);
        const auto place = [&](double score) { return at.x + room * static_cast<float>((score - low) / (1 - low)); };
        list.AddRectFilled({at.x, middle - half}, {at.x + room, middle + half}, ink(colors().raised), half);
        list.AddRectFilled({place(std::min(value, 0.0)), middle - half}, {place(std::max(value, 0.0)), middle + half}, hue(style), half);
        if (low < 0) list.AddLine({place(0), middle - half * 2}, {place(0), middle + half * 2}, ink(colors().dim), dp(1));
    }
    const double largest[] = {part.raw};
    draw_text(list, {at.x + width, middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono)}, TextStyle::Mono,
              ink(colors().text), format_score(part.raw, score_decimals(largest)), width, Align::Right);
    ImGui::InvisibleButton("Whole", {width, dp(24)}, ImGuiButtonFlags_EnableNav);
    focus_ring(at, {at.x + width, at.y + dp(24)}, dp(4));
    hover_text([&] { return "Exact: " + format_exact(part.raw) + "\n" + words.formula +
               (known ? "\nLength of the query's vector " + format_exact(part.query_norm) + ", of the document's " +
                            format_exact(part.document_norm) : ""); });
    std::string meaning;
    if (cosine)
        meaning = part.raw < 0 ? "A cosine, from \u22121 to 1: below 0 the two texts point away from each other."
                               : "A cosine, at most 1: 1 is the same meaning, 0 nothing in common.";
    else if (known)
        meaning = "An inner product of vectors that are " + format_figure(part.query_norm) + " and " +
                  format_figure(part.document_norm) + " long (cosine " +
                  format_score(part.dot / (part.query_norm * part.document_norm), 3) +
                  "): it has no upper end, and compares only with other documents of this query.";
    else
        meaning = "An inner product of two vectors: it compares with other documents of this query.";
    paragraph(meaning + " No word of the text has an exact share in it.", TextStyle::Small, colors().dim);
    residual_line(part, "inner product");
}

} // namespace cameo
