#include "views/terms_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/ledger_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/widgets/word_piece.hpp"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cameo {
namespace {

constexpr float kTermRowHeight = 28, kTermBarHeight = 6;
constexpr float kLargestWeight = 20;

bool in_query(const TermPart& term) { return term.query_weight > 0; }
bool in_document(const TermPart& term) { return term.document_weight > 0; }

/// What a term is to this pair of texts; the mark tells it, not a colour.
enum class Standing { Shared, Missing, Own };
Standing standing(const TermPart& term) {
    return in_query(term) && in_document(term) ? Standing::Shared : in_query(term) ? Standing::Missing : Standing::Own;
}

std::string standing_words(const TermPart& term) {
    std::string text;
    switch (standing(term)) {
    case Standing::Shared: text = "Both have it: it adds its product."; break;
    case Standing::Missing: text = "The query asks for it and the document has no weight for it."; break;
    case Standing::Own: text = "The document has it and the query does not ask for it."; break;
    }
    if (in_query(term) && !term.in_query_text) text += " The query's text does not say it; the model reads it between the words.";
    if (in_document(term) && term.document_spans.empty()) text += " The document's text does not say it; the model adds it.";
    return text;
}

/// Filled: both; left half: the query only; right half: the document only. A ring around it: an expansion of the query.
void draw_standing(ImDrawList& list, ImVec2 center, const TermPart& term, ExpertStyle style) {
    const float radius = dp(4.5f);
    const ImU32 color = hue(style);
    constexpr float pi = std::numbers::pi_v<float>;
    list.AddCircle(center, radius, color, 0, dp(1.3f));
    if (in_query(term) && in_document(term)) {
        list.AddCircleFilled(center, radius, color);
    } else {
        const float from = in_query(term) ? pi / 2 : -pi / 2;
        list.PathArcTo(center, radius, from, from + pi, 16);
        list.PathFillConvex(color);
    }
}

/// A sign in a row that something is done with by a press.
bool small_button(ImDrawList& list, const char* id, const char* sign, const char* help) {
    const float edge = dp(24);
    const ImVec2 corner = ImGui::GetCursorScreenPos(), end{corner.x + edge, corner.y + edge};
    const bool pressed = ImGui::InvisibleButton(id, {edge, edge}, ImGuiButtonFlags_EnableNav);
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) list.AddRectFilled(corner, end, ink(colors().text, 0.1f), dp(4));
    draw_icon(list, {corner.x + edge / 2, corner.y + edge / 2}, sign, ink(hovered ? colors().text : colors().dim), 14);
    focus_ring(corner, end, dp(4));
    hover_text(help);
    return pressed;
}

} // namespace

std::string abnormal_terms(std::size_t terms, double average, std::int32_t vocabulary) {
    if (terms == 0) return "no term has a weight: the lexical expert sees nothing here";
    if (vocabulary > 0 && static_cast<double>(terms) > 0.1 * vocabulary)
        return format_count(static_cast<std::int64_t>(terms)) + " of the vocabulary's " + format_count(vocabulary) +
               " terms have a weight: a wrong pooling, or a head that was never trained to be sparse";
    if (average > 0 && terms > 200 && static_cast<double>(terms) > 5 * average)
        return "more than five times as many terms as a document here has on average";
    return {};
}

struct TermsView::Columns {
    float width = 0;
    float mark = 0, word = 0, query = 0, document = 0, bar = 0, product = 0, postings = 0; ///< left edges; widths follow
    float word_width = 0, query_width = 0, document_width = 0, bar_width = 0, product_width = 0, postings_width = 0;

    explicit Columns(float room) : width(room) {
        mark = dp(4);
        word = dp(26);
        query_width = dp(104);
        document_width = room > dp(380) ? dp(56) : 0;
        product_width = dp(56);
        postings_width = room > dp(520) ? dp(70) : 0;
        const float rest = room - word - query_width - document_width - product_width - postings_width - dp(8);
        word_width = std::max(rest * 0.55f, dp(70));
        bar_width = std::max(rest - word_width, 0.0f);
        query = word + word_width;
        document = query + query_width;
        bar = document + document_width + dp(8);
        product = bar + bar_width;
        postings = product + product_width;
    }
};

TermsView::TermsView()
    : View("Terms",
           {.what = "The lexical expert's weights of the query and of the selected document, term by term.",
            .formula = "score = Σ over shared terms of weight in the query × weight in the document. A weight is "
                       "max over the text's tokens of ln(1 + relu(logit)).",
            .reading = "A full mark: both have the term. Half a mark: only the query (left) or only the document (right). A plus "
                       "before the word: the text does not say it, the model added it. Drag a weight to see the lists follow, "
                       "take a term away with \u00D7, add one below. Nothing is lost: the query as it was is one press away.",
            .healthy = "Tens of terms in a query, a hundred or two in a document; the heaviest are the words that matter.",
            .sick = "Thousands of terms (the expert has gone dense), none at all (it is empty), or filler words on top."},
           true) {}

void TermsView::follow(const std::shared_ptr<const Ledger>& ledger, int expert_idx, const Trace* trace) {
    if (ledger == m_ledger && expert_idx == m_expert_idx) return;
    m_ledger = ledger;
    m_expert_idx = expert_idx;
    m_style = ledger_styles(*ledger)[static_cast<std::size_t>(expert_idx)];
    m_edits = trace ? trace->term_edits : std::vector<TermEdit>();
    m_terms = ledger->experts[static_cast<std::size_t>(expert_idx)].terms;
    // What was taken away and the document lacks is in no ledger, and has to be put back from somewhere.
    for (const TermEdit& edit : m_edits)
        if (std::ranges::find(m_terms, edit.term, &TermPart::term) == m_terms.end())
            m_terms.push_back({.term = edit.term, .word = edit.word});
    m_shared = m_missing = m_own = m_typed = 0;
    m_largest_query = m_largest_document = 0;
    m_largest_product = 0;
    for (const TermPart& term : m_terms) {
        if (!in_query(term) && !in_document(term)) continue;
        ++(standing(term) == Standing::Shared ? m_shared : standing(term) == Standing::Missing ? m_missing : m_own);
        if (in_query(term) && term.in_query_text) ++m_typed;
        m_largest_query = std::max(m_largest_query, term.query_weight);
        m_largest_document = std::max(m_largest_document, term.document_weight);
        m_largest_product = std::max(m_largest_product, term.product);
    }
    sort();
}

void TermsView::sort() {
    m_rows.clear();
    const auto is_edited = [&](const TermPart& term) {
        return std::ranges::find(m_edits, term.term, &TermEdit::term) != m_edits.end();
    };
    for (std::size_t row = 0; row < m_terms.size(); ++row) {
        const Standing place = standing(m_terms[row]);
        const bool shown = m_filter == Filter::All || is_edited(m_terms[row]) ||
                           (m_filter == Filter::Shared && place == Standing::Shared) ||
                           (m_filter == Filter::Missing && place == Standing::Missing) || (m_filter == Filter::Own && place == Standing::Own);
        if (shown) m_rows.push_back(row);
    }
    if (m_order == Order::Product && !m_ascending) return; // the ledger's own order
    const auto key = [&](std::size_t row) {
        const TermPart& term = m_terms[row];
        switch (m_order) {
        case Order::Product: return term.product;
        case Order::Query: return static_cast<double>(term.query_weight);
        case Order::Document: return static_cast<double>(term.document_weight);
        case Order::Postings: return static_cast<double>(term.postings);
        }
        return 0.0;
    };
    std::ranges::stable_sort(m_rows, [&](std::size_t one, std::size_t other) {
        return m_ascending ? key(one) < key(other) : key(one) > key(other);
    });
}

void TermsView::draw_contents(const Snapshot& now, Commands& out) {
    const auto ledger = ledger_or_state(now, "which of its terms match the query's", out);
    if (!ledger) return;
    const LedgerPart lexical = part_of_kind(*ledger, ExpertKind::Lexical, now.selection);
    if (!lexical.part) {
        empty_state(icon::kInfo, "No lexical expert", "No expert of this model weighs words: there are no terms to show.");
        return;
    }
    // While a weight is dragged the rows stay where they are; what the drag has brought in is shown when it ends.
    // A drag that another view has cut off has ended too, though its own field could not say so.
    if (!m_ledger || ledger->id != m_ledger->id || !ImGui::IsAnyItemActive()) m_dragged = -1;
    if (m_dragged < 0) follow(ledger, lexical.expert_idx, now.trace.get());
    const ExpertLedger& part = m_ledger->experts[static_cast<std::size_t>(m_expert_idx)];
    draw_counts(now, part);
    draw_edits(now, out);
    draw_filters();
    const Columns columns(ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize);
    draw_heading(columns);
    draw_rows(now, columns, out);
}

void TermsView::draw_counts(const Snapshot& now, const ExpertLedger& part) {
    const bool same_model = now.trace && now.workbench.model == now.trace->model;
    const auto index = static_cast<std::size_t>(m_expert_idx);
    const bool indexed = same_model && now.workbench.index && now.workbench.collection == now.trace->collection &&
                         index < now.workbench.index->experts.size();
    const double average = indexed ? now.workbench.index->experts[index].entries_per_document : 0;
    const std::int32_t vocabulary = same_model && index < now.workbench.experts.size() ? now.workbench.experts[index].width : 0;
    std::string text = format_count(static_cast<std::int64_t>(m_shared + m_missing)) + " terms in the query, " +
                       format_count(static_cast<std::int64_t>(m_typed)) + " of them typed; " +
                       format_count(static_cast<std::int64_t>(m_shared + m_own)) + " in the document";
    if (average > 0) text += ", " + format_score(average, 0) + " in the average one";
    paragraph(text + ". Score " + format_score(part.raw, 2) + ".", TextStyle::Small, colors().dim);
    const std::string of_query = abnormal_terms(m_shared + m_missing, average, vocabulary);
    const std::string of_document = abnormal_terms(m_shared + m_own, average, vocabulary);
    if (!of_query.empty()) strip(StripKind::Error, "Query: " + of_query + ".");
    if (!of_document.empty()) strip(StripKind::Error, "Document: " + of_document + ".");
}

void TermsView::draw_edits(const Snapshot& now, Commands& out) {
    if (now.trace && !now.trace->term_edits.empty()) {
        std::string text = "Weights changed by hand: ";
        for (std::size_t edit = 0; edit < now.trace->term_edits.size(); ++edit) {
            const TermEdit& each = now.trace->term_edits[edit];
            text.append(edit > 0 ? ", " : "").append(each.word);
            if (each.weight > 0) text.append(1, ' ').append(format_score(each.weight, 2));
            else text.append(" taken away");
        }
        if (strip(StripKind::Info, text + ".", "Back to the query")) out.emplace_back(TryTerms{});
    }
    ImGui::SetNextItemWidth(dp(220));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {dp(10), std::floor((button_height() - ImGui::GetFontSize()) / 2)}); // as high as the button
    const bool entered = ImGui::InputTextWithHint("##new term", "Add a term to the query", &m_new_term, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::PopStyleVar();
    ImGui::SameLine(0, dp(6));
    const bool pressed = button("Add", ButtonKind::Plain);
    if ((entered || pressed) && !m_new_term.empty()) {
        out.emplace_back(AddTerm{.word = m_new_term});
        m_new_term.clear();
    }
}

void TermsView::draw_filters() {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    const auto filter = [&](const char* id, Filter which, const std::string& words, std::size_t count, bool first) {
        const std::string text = words + " " + format_count(static_cast<std::int64_t>(count));
        if (!first) flow_next(text_chip_width(text), dp(6));
        if (!text_chip(id, text, m_filter == which) || m_filter == which) return;
        m_filter = which;
        sort();
    };
    filter("All", Filter::All, "All", m_shared + m_missing + m_own, true);
    filter("Shared", Filter::Shared, "Shared", m_shared, false);
    filter("Missing", Filter::Missing, "Asked for, not here", m_missing, false);
    filter("Own", Filter::Own, "Here, not asked for", m_own, false);
    ImGui::PopStyleVar();
}

void TermsView::draw_heading(const Columns& columns) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = dp(24);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float baseline = std::round(at.y + (height - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small));
    draw_text(list, {at.x + columns.word, baseline}, TextStyle::Small, ink(colors().dim), "term", columns.word_width);
    const auto column = [&](const char* words, Order order, float left, float width, const char* help) {
        if (width <= 0) return;
        ImGui::SetCursorScreenPos({at.x + left, at.y});
        if (ImGui::InvisibleButton(words, {width, height}, ImGuiButtonFlags_EnableNav)) {
            m_ascending = m_order == order && !m_ascending;
            m_order = order;
            sort();
        }
        focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(3));
        const bool sorted = m_order == order;
        const float right = at.x + left + width - dp(4);
        const float text = draw_text(list, {right, baseline}, TextStyle::Small,
                                     ink(sorted || ImGui::IsItemHovered() ? colors().text : colors().dim), words, width, Align::Right);
        if (sorted) {
            const float tip = m_ascending ? -dp(3) : dp(3), x = right - text - dp(8), y = at.y + height / 2;
            list.AddTriangleFilled({x, y + tip}, {x - dp(4), y - tip}, {x + dp(4), y - tip}, ink(colors().dim));
        }
        hover_text(std::string(help) + " Press to sort by it.");
    };
    column("in the query", Order::Query, columns.query, columns.query_width, "The term's weight in the query.");
    column("here", Order::Document, columns.document, columns.document_width, "Its weight in the selected document.");
    column("product", Order::Product, columns.bar, columns.bar_width + columns.product_width, "What it adds to the lexical score.");
    column("found in", Order::Postings, columns.postings, columns.postings_width, "How many documents of the index have it.");
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    ImGui::Dummy({0, 0});
}

void TermsView::draw_rows(const Snapshot& now, const Columns& columns, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const bool visible = ImGui::BeginChild("##terms", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(2);
    if (visible) {
        if (m_rows.empty()) label("No such term.", TextStyle::Small, colors().dim);
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(m_rows.size()), dp(kTermRowHeight));
        while (clipper.Step())
            for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
                draw_row(now, m_terms[m_rows[static_cast<std::size_t>(row)]], columns, out);
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
}

void TermsView::set_weight(const Snapshot& now, std::int32_t term, float weight, bool settled, Commands& out) const {
    TryTerms change{.edits = now.term_edits, .settled = settled}; // on top of what runs already
    const auto found = std::ranges::find(change.edits, term, &TermEdit::term);
    if (found != change.edits.end()) found->weight = weight;
    else change.edits.push_back({.term = term, .weight = weight});
    out.emplace_back(std::move(change));
}

void TermsView::draw_row(const Snapshot& now, const TermPart& term, const Columns& columns, Commands& out) {
    ImGui::PushID(term.term);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = dp(kTermRowHeight);
    const ImVec2 end{at.x + columns.width, at.y + height};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto edit = std::ranges::find(m_edits, term.term, &TermEdit::term);
    const bool edited = edit != m_edits.end(), dropped = edited && edit->weight <= 0;
    const bool selected = now.selection.term == term.term;

    ImGui::SetNextItemAllowOverlap();
    if (ImGui::InvisibleButton("Term", {columns.width, height}, ImGuiButtonFlags_EnableNav)) {
        Selection selection = now.selection;
        selection.term = selected ? -1 : term.term;
        selection.query_token = selection.document_token = -1;
        out.emplace_back(Select{selection});
    }
    const bool hovered = ImGui::IsItemHovered();
    if (selected) list.AddRectFilled(at, end, ink(colors().accent, 0.16f), dp(4));
    else if (hovered) list.AddRectFilled(at, end, ink(colors().text, 0.05f), dp(4));
    focus_ring(at, end, dp(4));
    const float row_x = ImGui::GetIO().MousePos.x - at.x;
    if (hovered && (row_x < columns.query || row_x > columns.document)) {
        std::string text = term.word + "\n" + standing_words(term) + "\n" + format_exact(term.query_weight) + " × " +
                           format_exact(term.document_weight) + " = " + format_exact(term.product);
        if (term.postings >= 0) text += "\n" + format_amount(term.postings, Unit::Documents) + " of the index have it.";
        if (const std::string fragment = fragment_words(term.word); !fragment.empty()) text += "\n\n" + fragment;
        hover_text(text);
    }

    const float middle = at.y + height / 2;
    const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
    draw_standing(list, {at.x + columns.mark + dp(5), middle}, term, m_style);
    const bool is_expansion = in_query(term) ? !term.in_query_text : term.document_spans.empty();
    float x = at.x + columns.word;
    if (is_expansion) x += draw_text(list, {x, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), "+") + dp(2);
    const float word = draw_piece(list, {x, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(dropped ? colors().dim : colors().text), term.word,
                                  at.x + columns.query - x - dp(6));
    if (dropped) list.AddLine({x, middle}, {x + word, middle}, ink(colors().dim), dp(1));

    // The query's weight: dragged, typed (Ctrl+press), taken away.
    const float field = columns.query_width - dp(34);
    ImGui::SetCursorScreenPos({at.x + columns.query, std::round(middle - dp(11))});
    if (in_query(term) || edited || m_dragged == term.term) {
        float weight = m_dragged == term.term ? m_dragged_weight : dropped ? 0 : term.query_weight;
        ImGui::SetNextItemWidth(field);
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {dp(6), dp(3)});
        {
            const FontScope mono(TextStyle::Mono);
            if (ImGui::DragFloat("##weight", &weight, 0.02f, 0, kLargestWeight, "%.2f", ImGuiSliderFlags_AlwaysClamp)) {
                m_dragged = term.term;
                m_dragged_weight = weight;
                set_weight(now, term.term, weight, false, out);
            }
        }
        ImGui::PopStyleVar();
        const bool ended = ImGui::IsItemDeactivatedAfterEdit();
        hover_text([&] { return "Drag to change, Ctrl and press to type. Exact: " + format_exact(term.query_weight); });
        if (ended) {
            set_weight(now, term.term, m_dragged_weight, true, out);
            m_dragged = -1;
        }
    }
    ImGui::SetCursorScreenPos({at.x + columns.query + field + dp(2), std::round(middle - dp(12))});
    if (edited) {
        if (small_button(list, "Put back", icon::kUndo, "The model's own weight again")) {
            TryTerms change{.edits = now.term_edits};
            std::erase_if(change.edits, [&](const TermEdit& each) { return each.term == term.term; });
            out.emplace_back(std::move(change));
        }
    } else if (in_query(term)) {
        if (small_button(list, "Take away", icon::kClose, "Ask without this term")) set_weight(now, term.term, 0, true, out);
    } else if (small_button(list, "Ask for it", icon::kPlus, "Ask for this term too, with a weight of 1")) {
        set_weight(now, term.term, 1, true, out);
    }

    const auto figure = [&](float left, float width, const std::string& text, bool quiet) {
        if (width > 0)
            draw_text(list, {at.x + left + width - dp(4), baseline(TextStyle::Mono)}, TextStyle::Mono, ink(quiet ? colors().dim : colors().text), text,
                      width, Align::Right);
    };
    figure(columns.document, columns.document_width, in_document(term) ? format_score(term.document_weight, 2) : "\u2013", !in_document(term));
    if (term.product > 0 && m_largest_product > 0) {
        const float length = std::max(columns.bar_width - dp(8), 0.0f) * static_cast<float>(term.product / m_largest_product);
        const float half = dp(kTermBarHeight) / 2;
        list.AddRectFilled({at.x + columns.bar, middle - half}, {at.x + columns.bar + length, middle + half},
                           hue(m_style, is_expansion ? 0.6f : 1.0f), std::min(half, length / 2));
    }
    figure(columns.product, columns.product_width, term.product > 0 ? format_score(term.product, 2) : "\u2013", !(term.product > 0));
    figure(columns.postings, columns.postings_width, term.postings < 0 ? "\u2013" : format_count(term.postings), true);
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    ImGui::Dummy({0, 0});
    ImGui::PopID();
}

std::optional<ViewTable> TermsView::table(const Snapshot& now) const {
    const auto ledger = selected_ledger(now);
    const LedgerPart lexical = ledger ? part_of_kind(*ledger, ExpertKind::Lexical, now.selection) : LedgerPart{};
    if (!lexical.part) return {};
    ViewTable made{.title = title(), .columns = {"term", "weight in the query", "weight in the document", "product", "typed", "in the text", "documents that have it"}};
    for (const TermPart& term : lexical.part->terms)
        made.rows.push_back({term.word, static_cast<double>(term.query_weight), static_cast<double>(term.document_weight), term.product,
                             std::string(term.in_query_text ? "yes" : "no"), std::string(term.document_spans.empty() ? "no" : "yes"),
                             term.postings < 0 ? ViewCell() : ViewCell(term.postings)});
    return made;
}

} // namespace cameo
