#include "views/missing_view.hpp"

#include "core/search/most_candidates.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/missing_chain.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <imgui_stdlib.h>

namespace cameo {
namespace {

constexpr std::array<std::int32_t, 4> kWithins{10, 20, 50, 100};
constexpr std::size_t kRightListed = 12;

std::string place_words(std::int32_t rank) { return rank > 0 ? "rank " + format_count(rank) : std::string("not in the list"); }

} // namespace

MissingView::MissingView()
    : View("Missing",
           {.what = "Why a document is not among the first: the stage that lost it under each expert, and the least change that would bring it back.",
            .formula = "Every expert scores every indexed document exactly: its rank there against the candidates that were asked of it, then the fused "
                       "list. A weight that would do it is the nearest to the present one with which fewer than so many documents stand above. The "
                       "numbers are those of `cameo explain --missing`.",
            .reading = "Name a document by its id or title, or take one that was judged right. A tick: it was kept. A cross: here it was lost. Hover a "
                       "step for its figures; the buttons make the change that they name.",
            .healthy = "What is lost is lost late: in the fusion, where a weight decides.",
            .sick = "Right documents behind everybody's candidates: no fusion can bring back what no expert has found."},
           true) {}

void MissingView::follow(const std::shared_ptr<const Trace>& trace) {
    if (trace == m_trace) return;
    m_trace = trace;
    m_rank.clear();
    for (std::size_t place = 0; trace && place < trace->fused.size(); ++place)
        if (const auto document = static_cast<std::size_t>(trace->fused[place].document); document < trace->documents.size())
            m_rank.emplace(trace->documents[document].id, static_cast<std::int32_t>(place) + 1);
}

std::int32_t MissingView::rank_of(const std::string& document) const {
    const auto found = m_rank.find(document);
    return found == m_rank.end() ? 0 : found->second;
}

/// Documents that somebody has judged right for the query on screen, those that stand lowest first.
std::vector<std::string> MissingView::right_documents(const Snapshot& now) const {
    std::vector<std::string> right;
    for (const auto& [id, grade] : now.trace->grades)
        if (grade > 0) right.push_back(id);
    if (now.own.grades)
        for (const auto& [id, grade] : *now.own.grades)
            if (const auto judged = now.trace->grades.find(id); grade > 0 && (judged == now.trace->grades.end() || judged->second <= 0)) right.push_back(id);
    // One that is in no list stands below all others.
    std::ranges::stable_sort(right, std::ranges::greater(), [&](const std::string& id) { return rank_of(id) > 0 ? rank_of(id) : INT32_MAX; });
    return right;
}

void MissingView::draw_contents(const Snapshot& now, Commands& out) {
    follow(now.trace);
    const MissingReading& state = now.missing;
    if (state.document != m_asked) {
        m_asked = state.document;
        m_choosing = false;
        m_words.clear();
    }
    if (state.found != m_found) {
        m_found = state.found;
        std::vector<ExpertKind> kinds;
        for (std::size_t expert = 0; m_found && expert < m_found->experts.size(); ++expert)
            kinds.push_back(m_found->experts[expert].kind);
        m_styles = expert_styles(kinds);
    }
    if (!now.trace && state.waits_for.empty()) {
        empty_state(icon::kSearch, "No list to be missing from", "Run a query first. Then ask here about a document that should stand among the first.");
        return;
    }
    if (m_choosing || (state.phase == Phase::Empty && state.document.empty())) return draw_choice(now, out);
    draw_question(now, out);
    if (m_choosing) return;
    if (state.phase == Phase::Loading) {
        if (!state.waits_for.empty()) loading_state("Running the query first", state.waits_for, out);
        else if (const JobSnapshot* job = running_job(now, "missing")) building_state(*job, "Every expert scores every document.", out);
        else loading_state("Looking for what lost it", state.document, out);
        return;
    }
    if (state.phase == Phase::Failed) {
        if (failed_state("It was not found out", state.error, {}, "Ask again", out)) out.emplace_back(ExplainMissing{state.document, state.within, {}});
        return;
    }
    if (!m_found) {
        if (empty_state(icon::kSearch, "Stopped", "The question was stopped before it was answered.", "Ask again")) out.emplace_back(ExplainMissing{state.document, state.within, {}});
        return;
    }
    draw_answer(now, out);
}

void MissingView::draw_question(const Snapshot& now, Commands& out) {
    const MissingReading& state = now.missing;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::string title = m_found && m_found->id == state.document && m_found->title != state.document ? m_found->title : std::string();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float name = draw_their_text(list, {at.x, at.y + ascent(TextStyle::Strong)}, TextStyle::Strong, ink(colors().text), state.document, width);
    draw_their_text(list, {at.x + name + dp(8), at.y + ascent(TextStyle::Strong)}, TextStyle::Small, ink(colors().dim), title, width - name - dp(8));
    ImGui::Dummy({width, line_height(TextStyle::Strong) + dp(2)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    for (const std::int32_t within : kWithins) {
        const std::string words = "first " + std::to_string(within);
        if (within != kWithins.front()) flow_next(text_chip_width(words), dp(6));
        if (text_chip(("Within " + std::to_string(within)).c_str(), words, state.within == within) && state.within != within)
            out.emplace_back(ExplainMissing{state.document, within, {}});
        hover_text("Why is it not among the first " + std::to_string(within) + "?");
    }
    flow_next(text_chip_width("Show it"), dp(16));
    if (text_chip("Show it", "Show it")) {
        Selection selection = now.selection;
        selection.document = state.document;
        out.emplace_back(Select{selection});
        out.emplace_back(ShowView{"Document"});
    }
    hover_text("Selects the document: its text and its score stand in the other views.");
    flow_next(text_chip_width("Another document"), dp(6));
    if (text_chip("Another document", "Another document")) m_choosing = true;
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(4)});
}

void MissingView::draw_choice(const Snapshot& now, Commands& out) {
    label("Which document should be here?", TextStyle::Strong, colors().text);
    if (now.trace) label("Among the first of \u201C" + now.trace->query + "\u201D.", TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(2)});
    ImGui::SetNextItemWidth(std::min(ImGui::GetContentRegionAvail().x - (m_choosing ? dp(90) : 0), dp(420)));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {dp(10), std::floor((button_height() - ImGui::GetFontSize()) / 2)});
    const bool entered = ImGui::InputTextWithHint("##document", "Its id, or a part of its title", &m_words, ImGuiInputTextFlags_EnterReturnsTrue);
    const bool typed = ImGui::IsItemEdited();
    ImGui::PopStyleVar();
    if (m_choosing) {
        ImGui::SameLine(0, dp(6));
        if (button("Back", ButtonKind::Quiet)) m_choosing = false;
    }
    if (typed) out.emplace_back(FindDocuments{m_words});
    const auto ask = [&](const std::string& id) {
        out.emplace_back(ExplainMissing{id, now.missing.within, {}});
        m_choosing = false; // perhaps the same one again
    };
    const DocumentSearch& documents = now.documents;
    // While it is searched for new words, what was found is still that of the words before.
    const bool found_now = documents.phase == Phase::Ready && documents.words == m_words && !documents.found.empty();
    // What is typed may be the id itself, before or without the search.
    if (entered && !m_words.empty()) ask(found_now ? documents.found.front().id : m_words);
    ImGui::Dummy({0, dp(4)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##choices", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(3)});
    if (visible && !m_words.empty()) {
        const bool searchable = now.workbench.phase == Phase::Ready && now.workbench.index;
        if (!searchable) paragraph("Open the collection to find its documents by their titles; an id can be entered as it is.", TextStyle::Small, colors().dim);
        else if (documents.phase == Phase::Failed) paragraph(documents.error, TextStyle::Small, colors().dim);
        else if (documents.phase == Phase::Ready && documents.words == m_words && documents.found.empty()) label("No document has this in its id or title.", TextStyle::Small, colors().dim);
        ImGui::BeginDisabled(documents.phase == Phase::Loading);
        for (const NamedDocument& document : documents.found)
            if (sample_row(("Document " + document.id).c_str(), document.title.empty() || document.title == document.id ? document.id : document.id + ": " + document.title,
                           now.trace ? place_words(rank_of(document.id)) : "", width))
                ask(document.id);
        ImGui::EndDisabled();
        if (documents.more) label("There are more: type more of it.", TextStyle::Small, colors().dim);
    } else if (visible && now.trace) {
        const auto right = right_documents(now);
        section("Judged right", right.empty() ? "" : "for this query, the lowest first");
        if (right.empty()) paragraph("None for this query: give a document a grade in the Query bench, or name one above.", TextStyle::Small, colors().dim);
        for (std::size_t each = 0; each < std::min(right.size(), kRightListed); ++each)
            if (sample_row(("Document " + right[each]).c_str(), right[each], place_words(rank_of(right[each])), width)) ask(right[each]);
        if (right.size() > kRightListed) label("and " + format_count(static_cast<std::int64_t>(right.size() - kRightListed)) + " more that stand higher", TextStyle::Small, colors().dim);
    }
    ImGui::PopStyleVar();
    ImGui::EndChild();
}

void MissingView::draw_answer(const Snapshot& now, Commands& out) const {
    const MissingDocument& missing = *m_found;
    const bool stale = !now.trace || now.trace->id != now.missing.of;
    if (stale && strip(StripKind::Info, "This is about another result than the one on screen.", now.trace ? "Ask again" : ""))
        out.emplace_back(ExplainMissing{now.missing.document, now.missing.within, {}});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##answer", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        paragraph(missing_verdict(missing), TextStyle::Body, colors().text);
        ImGui::Dummy({0, dp(4)});
        if (!stale) draw_changes(now, out);
        section("Under each expert", "what became of it, step by step");
        for (std::size_t expert_idx = 0; expert_idx < missing.experts.size(); ++expert_idx) {
            ImGui::PushID(static_cast<int>(expert_idx));
            draw_expert(now, expert_idx, out);
            ImGui::PopID();
        }
        section("Together", missing.fusion);
        draw_chain({fusion_step(missing)});
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

/// The change that brings it back, where the window can make one.
void MissingView::draw_changes(const Snapshot& now, Commands& out) const {
    const MissingDocument& missing = *m_found;
    const bool usable = now.query_phase != Phase::Loading;
    ImGui::BeginDisabled(!usable);
    const bool outside = missing.stage == MissingDocument::Stage::Depth || missing.stage == MissingDocument::Stage::Search;
    if (outside && missing.depth_needed > kMostCandidates) {
        paragraph("Only with " + format_count(missing.depth_needed) + " candidates of each expert would it be found; no more than " + format_count(kMostCandidates) + " are asked for.", TextStyle::Small,
                  colors().dim);
        ImGui::Dummy({0, dp(4)});
    } else if (outside && missing.depth_needed > missing.depth) {
        if (button("Ask each expert for " + format_count(missing.depth_needed) + " candidates", missing.rank <= missing.within ? ButtonKind::Primary : ButtonKind::Plain))
            out.emplace_back(SearchDeeper{static_cast<std::int32_t>(missing.depth_needed)});
        hover_text("Runs the query again with so many candidates, instead of " + format_count(missing.depth) + ": it would stand at rank " + format_count(missing.rank) + ". Alt+Left goes back.");
        ImGui::Dummy({0, dp(4)});
    } else if (const auto easy = easiest_weight(missing); easy && missing.stage == MissingDocument::Stage::Fusion) {
        const MissingExpert& expert = missing.experts[*easy];
        if (button("Weigh " + heading(expert.name) + " by " + format_figure(*expert.weight_needed) + " instead of " + format_figure(expert.weight), ButtonKind::Primary))
            out.emplace_back(SetFusion{with_weight(*now.trace, *easy, *expert.weight_needed)});
        hover_text("The least change of one weight, exactly " + format_exact(*expert.weight_needed) + ". For this query and all that follow; Ctrl+Z takes it back.");
        ImGui::Dummy({0, dp(4)});
    }
    ImGui::EndDisabled();
}

void MissingView::draw_expert(const Snapshot& now, std::size_t expert_idx, Commands& out) const {
    const MissingDocument& missing = *m_found;
    const MissingExpert& expert = missing.experts[expert_idx];
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float baseline = at.y + ascent(TextStyle::Strong), width = ImGui::GetContentRegionAvail().x;
    draw_mark(list, {at.x + dp(5), at.y + line_height(TextStyle::Strong) / 2}, m_styles[expert_idx], 9, true);
    const float name = draw_text(list, {at.x + dp(18), baseline}, TextStyle::Strong, ink(colors().text), heading(expert.name), width / 2);
    ImGui::InvisibleButton("Expert", {width, line_height(TextStyle::Strong)});
    hover_text("Score " + format_exact(expert.raw) + ", rank " + format_count(expert.rank) + " among all documents.");
    draw_text(list, {at.x + name + dp(28), baseline}, TextStyle::Small, ink(colors().dim), "score " + format_score(expert.raw, 2) + ", rank " + format_count(expert.rank),
              width - name - dp(28));
    ImGui::Indent(dp(18));
    draw_chain(missing_steps(missing, expert));
    using Stage = MissingDocument::Stage;
    if (missing.stage != Stage::Shown) {
        const std::string from = format_figure(expert.weight);
        if (!expert.weight_needed) {
            label("No weight of it alone would bring the document there (now " + from + ").", TextStyle::Small, colors().dim);
        } else if (missing.stage == Stage::Fusion && now.trace && now.trace->id == now.missing.of) {
            const std::string words = "Weight " + from + " \u2192 " + format_figure(*expert.weight_needed);
            ImGui::BeginDisabled(now.query_phase == Phase::Loading);
            if (text_chip("Set the weight", words)) out.emplace_back(SetFusion{with_weight(*now.trace, expert_idx, *expert.weight_needed)});
            ImGui::EndDisabled();
            hover_text("Press: weigh this expert by " + format_exact(*expert.weight_needed) + ", the nearest weight that brings the document there while the others stay.");
        } else {
            label("Once it is fused, a weight of " + format_figure(*expert.weight_needed) + " would bring it there (now " + from + ").", TextStyle::Small, colors().dim);
        }
    }
    ImGui::Unindent(dp(18));
    ImGui::Dummy({0, dp(6)});
}

std::optional<ViewTable> MissingView::table(const Snapshot& now) const {
    if (!now.missing.found) return {};
    const MissingDocument& missing = *now.missing.found;
    ViewTable made{.title = title(), .columns = {"document", "within", "stage", "rank", "depth", "depth needed", "expert", "score", "rank among all", "candidate", "lost in the search",
                                                 "truncated", "short by", "weight", "weight needed"}};
    const auto yes = [](bool is) { return ViewCell(std::string(is ? "yes" : "no")); };
    for (const MissingExpert& expert : missing.experts)
        made.rows.push_back({missing.id, static_cast<std::int64_t>(missing.within), std::string(stage_name(missing.stage)), static_cast<std::int64_t>(missing.rank),
                             static_cast<std::int64_t>(missing.depth), missing.depth_needed > 0 ? ViewCell(missing.depth_needed) : ViewCell(), expert.name, expert.raw, expert.rank,
                             yes(expert.candidate), yes(expert.lost), yes(expert.truncated), std::isfinite(expert.short_by) ? ViewCell(expert.short_by) : ViewCell(), expert.weight,
                             expert.weight_needed ? ViewCell(*expert.weight_needed) : ViewCell()});
    return made;
}

} // namespace cameo
