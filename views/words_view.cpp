#include "views/words_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/tour_anchor.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/signed_bar.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kWordRowHeight = 32;

/// What was weighed, where it is about what is on screen.
/// Whether what was weighed, or is, is the result and the document on screen.
bool is_own(const ImportanceState& state, const Snapshot& now) {
    return now.trace && state.of == now.trace->id && state.fusion == now.trace->fusion && state.document == now.selection.document;
}

std::shared_ptr<const QueryImportance> importance_on_screen(const Snapshot& now) {
    const ImportanceState& state = now.importance;
    return is_own(state, now) && state.importance && state.importance->experts.size() == now.trace->experts.size() ? state.importance : nullptr;
}

/// [words] which of the words that were weighed each is: those that were left out already were not.
std::vector<std::size_t> places_of(const std::vector<QueryWord>& words) {
    std::vector<std::size_t> places;
    std::size_t next = 0;
    for (const QueryWord& word : words) places.push_back(word.state == WordState::Dropped ? kMostWords : next++);
    return places;
}

const char* state_words(WordState state) {
    return state == WordState::Kept ? "kept" : state == WordState::Masked ? "masked" : "left out";
}

bool sign_button(const char* id, const char* sign, bool lit, const char* help) {
    const float edge = dp(24);
    const ImVec2 at = ImGui::GetCursorScreenPos(), end{at.x + edge, at.y + edge};
    const bool pressed = ImGui::InvisibleButton(id, {edge, edge}, ImGuiButtonFlags_EnableNav);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool hovered = ImGui::IsItemHovered();
    if (lit || hovered) list.AddRectFilled(at, end, lit ? ink(colors().accent, 0.25f) : ink(colors().text, 0.1f), dp(4));
    draw_icon(list, {at.x + edge / 2, at.y + edge / 2}, sign, ink(lit || hovered ? colors().text : colors().dim), 14);
    focus_ring(at, end, dp(4));
    hover_text(help);
    return pressed;
}

} // namespace

struct WordsView::Columns {
    float width, word, experts, expert, rank;
    std::size_t shown; ///< experts that have room

    Columns(float room, std::size_t experts_there) : width(room) {
        word = std::clamp(room * 0.28f, dp(80), dp(170));
        rank = dp(room > dp(520) ? 86 : 44);
        experts = word + dp(60);
        const float rest = std::max(room - experts - rank, dp(40));
        shown = std::min(experts_there, static_cast<std::size_t>(std::max(rest / dp(40), 1.0f)));
        expert = shown > 0 ? rest / static_cast<float>(shown) : rest;
    }
};

WordsView::WordsView()
    : View("Words",
           {.what = "The words of the query: what each does for the selected document, and what happens without it.",
            .formula = "Of each word, under each expert: score of the document for the whole query \u2212 score for the query without the word. "
                       "The rank is the document's in the fused list of the query without the word.",
            .reading = "The cross leaves a word out, the eye masks it: the model then reads its [MASK] token in the word's place. All views "
                       "compare with the query as it was asked. Bars to the right: the word earns the document its score; to the "
                       "left: the document does better without it.",
            .healthy = "The words that a person would call the point of the query carry most, for every expert in its own way.",
            .sick = "A filler word carries the score, or one word alone does: the others could be anything."},
           true) {}

void WordsView::follow(const Snapshot& now, Commands& out) {
    const auto importance = importance_on_screen(now);
    if (now.trace != m_trace || importance != m_importance || now.words != m_words) {
        m_trace = now.trace;
        m_importance = importance;
        m_words = now.words;
        m_weighed = places_of(m_words);
        std::vector<ExpertKind> kinds;
        for (const ExpertTrace& expert : m_trace->experts) kinds.push_back(expert.kind);
        m_styles = expert_styles(kinds);
        m_largest.assign(kinds.size(), 0);
        for (std::size_t expert_idx = 0; m_importance && expert_idx < kinds.size(); ++expert_idx)
            for (const WordImportance& word : m_importance->words)
                if (std::isfinite(word.lost[expert_idx])) m_largest[expert_idx] = std::max(m_largest[expert_idx], std::fabs(word.lost[expert_idx]));
    }
    const std::string about = m_trace->id + "\n" + to_string(m_trace->fusion) + "\n" + now.selection.document;
    if (!m_keeps_up || m_importance || now.selection.document.empty() || about == m_asked || now.query_phase == Phase::Loading) return;
    m_asked = about;
    out.emplace_back(WeighWords{});
}

void WordsView::draw_contents(const Snapshot& now, Commands& out) {
    if (!now.trace) {
        empty_state(icon::kSearch, "No query yet", "Run a query: its words then stand here, and each can be left out.");
        return;
    }
    follow(now, out);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    draw_head(now, out);
    const Columns columns(ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize, m_styles.size());
    if (m_importance) draw_heading(columns);
    const ImVec2 rows = ImGui::GetCursorScreenPos();
    tour_anchor(anchor::kWords, at, {at.x + width, rows.y});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##words", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(); // tooltips must not inherit it
    if (visible) {
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(m_words.size()), dp(kWordRowHeight));
        while (clipper.Step())
            for (int word = clipper.DisplayStart; word < clipper.DisplayEnd; ++word) draw_word(now, static_cast<std::size_t>(word), columns, out);
        tour_anchor(anchor::kWords, rows, {rows.x + width, ImGui::GetCursorScreenPos().y});
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void WordsView::draw_head(const Snapshot& now, Commands& out) {
    const auto changed = std::ranges::count_if(m_words, [](const QueryWord& word) { return word.state != WordState::Kept; });
    if (changed > 0) {
        label(std::to_string(changed) + (changed == 1 ? " word is" : " words are") + " not as asked: every view can show the changes.", TextStyle::Small, colors().dim);
        if (text_chip("Back to the query", "Back to the query")) {
            auto words = m_words;
            for (QueryWord& word : words) word.state = WordState::Kept;
            out.emplace_back(TryWords{std::move(words)});
        }
    }
    const ImportanceState& state = now.importance;
    const bool own = is_own(state, now);
    if (m_words.size() < 2) {
        paragraph("The query has one word: without it nothing would be asked.", TextStyle::Small, colors().dim);
    } else if (own && state.phase == Phase::Loading) {
        label("Leaving out each word \u2026", TextStyle::Small, colors().dim);
    } else if (own && state.phase == Phase::Failed) {
        if (strip(StripKind::Error, state.error, "Try again")) out.emplace_back(WeighWords{});
    } else if (m_importance) {
        label("Without each word, for " + m_importance->document + " (rank " + std::to_string(m_importance->rank) + " with all).", TextStyle::Small, colors().dim);
    } else if (now.selection.document.empty()) {
        paragraph("Select a document to see what each word does for it.", TextStyle::Small, colors().dim);
    } else {
        paragraph("What each word does for " + now.selection.document + ": runs the query without each of them, in a second or two.", TextStyle::Small, colors().dim);
        if (button("Weigh each word", ButtonKind::Primary)) out.emplace_back(WeighWords{});
    }
    if (m_importance || m_keeps_up) {
        if (text_chip("Keep up", "Weigh every query at once", m_keeps_up)) m_keeps_up = !m_keeps_up;
        hover_text("On: another query or document is weighed as soon as it is on screen.");
    }
    ImGui::Dummy({0, dp(2)});
}

void WordsView::draw_heading(const Columns& columns) const {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float baseline = at.y + dp(2) + ascent(TextStyle::Small);
    for (std::size_t expert_idx = 0; expert_idx < columns.shown; ++expert_idx) {
        const float left = at.x + columns.experts + columns.expert * static_cast<float>(expert_idx);
        draw_mark(list, {left + dp(6), at.y + dp(2) + line_height(TextStyle::Small) / 2}, m_styles[expert_idx], 8, true);
        if (columns.expert > dp(64))
            draw_text(list, {left + dp(16), baseline}, TextStyle::Small, ink(colors().dim), heading(m_importance->experts[expert_idx]), columns.expert - dp(22));
    }
    if (columns.shown < m_importance->experts.size())
        draw_text(list, {at.x + columns.experts - dp(4), baseline}, TextStyle::Small, ink(colors().dim), std::to_string(m_importance->experts.size() - columns.shown).insert(0, 1, '+'), dp(40), Align::Right);
    draw_text(list, {at.x + columns.width - dp(6), baseline}, TextStyle::Small, ink(colors().dim), columns.rank > dp(60) ? "rank without" : "rank", columns.rank, Align::Right);
    ImGui::Dummy({columns.width, dp(24)});
}

void WordsView::set_state(std::size_t word, WordState state, Commands& out) const {
    auto words = m_words;
    words[word].state = words[word].state == state ? WordState::Kept : state;
    if (!text_of(words).empty()) out.emplace_back(TryWords{std::move(words)});
}

void WordsView::draw_word(const Snapshot& now, std::size_t word, const Columns& columns, Commands& out) const {
    const QueryWord& shown = m_words[word];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float middle = at.y + dp(kWordRowHeight) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::PushID(static_cast<int>(word));
    const bool kept = shown.state == WordState::Kept;
    const float baseline = std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body));
    bool cut = false;
    const float drawn = draw_their_text(list, {at.x + dp(4), baseline}, kept ? TextStyle::Strong : TextStyle::Body, ink(kept ? colors().text : colors().dim), shown.text,
                                        columns.word - dp(8), Align::Left, &cut);
    if (shown.state == WordState::Dropped) list.AddLine({at.x + dp(2), middle}, {at.x + dp(6) + drawn, middle}, ink(colors().dim), dp(1.5f));
    if (shown.state == WordState::Masked)
        list.AddRect({at.x, middle - dp(11)}, {at.x + dp(8) + drawn, middle + dp(11)}, ink(colors().dim), dp(4), dp(1));
    ImGui::InvisibleButton("Word", {columns.word, dp(kWordRowHeight)});
    hover_text([&] { return shown.text + (kept ? "" : std::string(": ") + state_words(shown.state)); });
    const bool busy = now.query_phase == Phase::Loading;
    ImGui::SetCursorScreenPos({at.x + columns.word, middle - dp(12)});
    if (sign_button("Mask", shown.state == WordState::Masked ? icon::kEyeOff : icon::kEye, shown.state == WordState::Masked, "Mask it: the model reads [MASK] in its place. Again: put it back.") && !busy)
        set_state(word, WordState::Masked, out);
    ImGui::SetCursorScreenPos({at.x + columns.word + dp(26), middle - dp(12)});
    const bool last = shown.state != WordState::Dropped && std::ranges::count(m_words, WordState::Dropped, &QueryWord::state) + 1 == std::ssize(m_words);
    ImGui::BeginDisabled(last);
    if (sign_button("Leave out", icon::kClose, shown.state == WordState::Dropped, last ? "The last word stays: without it nothing would be asked." : "Leave it out. Again: put it back.") && !busy)
        set_state(word, WordState::Dropped, out);
    ImGui::EndDisabled();
    if (m_importance && m_weighed[word] < m_importance->words.size()) draw_importance(m_weighed[word], columns, at, middle);
    ImGui::PopID();
    ImGui::SetCursorScreenPos({at.x, at.y + dp(kWordRowHeight)});
    ImGui::Dummy({0, 0});
}

void WordsView::draw_importance(std::size_t word, const Columns& columns, ImVec2 at, float middle) const {
    const WordImportance& one = m_importance->words[word];
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::SetCursorScreenPos({at.x + columns.experts, at.y});
    ImGui::InvisibleButton("Importance", {std::max(columns.width - columns.experts, 1.0f), dp(kWordRowHeight)});
    for (std::size_t expert_idx = 0; expert_idx < columns.shown; ++expert_idx) {
        const float left = at.x + columns.experts + columns.expert * static_cast<float>(expert_idx);
        const double share = m_largest[expert_idx] > 0 ? one.lost[expert_idx] / m_largest[expert_idx] : 0;
        signed_bar(list, {left, middle}, columns.expert - dp(12), share, hue(m_styles[expert_idx]));
    }
    const float baseline = std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono));
    draw_text(list, {at.x + columns.width - dp(6), baseline}, TextStyle::Mono, ink(one.rank == m_importance->rank ? colors().dim : colors().text), std::to_string(one.rank),
              columns.rank, Align::Right);
    hover_text([&] {
        std::string text = "Without \u201C" + one.word + "\u201D: rank " + std::to_string(one.rank);
        for (std::size_t expert_idx = 0; expert_idx < m_importance->experts.size(); ++expert_idx)
            text.append("\n").append(heading(m_importance->experts[expert_idx])).append(one.lost[expert_idx] < 0 ? " gains " : " loses ")
                .append(format_exact(std::fabs(one.lost[expert_idx]))).append(" of ").append(format_exact(m_importance->raw[expert_idx]))
                .append("; ").append(format_percent(one.kept[expert_idx])).append(" of its first ten stay");
        return text + ".";
    });
}

std::optional<ViewTable> WordsView::table(const Snapshot& now) const {
    if (!now.trace) return {};
    const auto importance = importance_on_screen(now);
    const auto& words = now.words;
    const auto weighed = places_of(words);
    ViewTable made{.title = title(), .columns = {"word", "state", "rank without it"}};
    for (const ExpertTrace& expert : now.trace->experts) {
        made.columns.push_back(expert.name + " loses");
        made.columns.push_back(expert.name + " keeps of its first ten");
    }
    for (std::size_t word = 0; word < words.size(); ++word) {
        std::vector<ViewCell> row{words[word].text, std::string(state_words(words[word].state))};
        if (importance && weighed[word] < importance->words.size()) {
            const WordImportance& one = importance->words[weighed[word]];
            row.emplace_back(static_cast<std::int64_t>(one.rank));
            for (std::size_t expert_idx = 0; expert_idx < importance->experts.size(); ++expert_idx) {
                row.emplace_back(one.lost[expert_idx]);
                row.emplace_back(one.kept[expert_idx]);
            }
        }
        row.resize(made.columns.size());
        made.rows.push_back(std::move(row));
    }
    return made;
}

} // namespace cameo
