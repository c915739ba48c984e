// What the bench says in place of its lists, and in the strips above them: QueryBenchView's states, apart from its lists.
#include "views/query_bench_view.hpp"

#include "views/builds.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/index_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

std::string quoted(const std::string& text) { return "\u201C" + text + "\u201D"; }

/// An index that is not whole: still being built, or stopped on the way.
void partial_strip(const Snapshot& now, Commands& out) {
    const Workbench& bench = now.workbench;
    if (!is_partly_indexed(bench)) return;
    if (bench.building)
        strip(StripKind::Info, indexed_words(*bench.index) + " so far; a search sees these.");
    else if (strip(StripKind::Info, indexed_words(*bench.index) + "; the rest is not yet.", "Go on"))
        out.emplace_back(BuildIndex{});
}

bool is_of_workbench(const Trace& trace, const Workbench& bench) {
    return trace.model == bench.model && trace.collection == bench.collection;
}

/// Where results come from that are not of this moment: recorded, of another model or collection, or of one that did
/// not open again.
void origin_strip(const Snapshot& now, Commands& out) {
    const Trace& trace = *now.trace;
    const Workbench& bench = now.workbench;
    if (bench.phase == Phase::Failed) {
        if (strip(StripKind::Error,
                  bench.model + " on " + bench.collection + " did not open: " + bench.error + " The results below, of " +
                      trace.model + " on " + trace.collection + ", cannot run again until a model and a collection are open.",
                  "Copy"))
            out.emplace_back(CopyText{bench.error});
        return;
    }
    const bool can_run = bench.phase == Phase::Ready && !is_not_indexed(bench);
    const bool differs = !bench.model.empty() && !bench.collection.empty() && !is_of_workbench(trace, bench);
    if (differs) {
        if (strip(StripKind::Info,
                  std::string(now.trace_recorded ? "These are recorded results of " : "These are results of ") + trace.model +
                      " on " + trace.collection + ".",
                  can_run ? "Run with " + bench.model + " on " + bench.collection : ""))
            out.emplace_back(RunQuery{trace.query});
    } else if (now.trace_recorded) {
        if (strip(StripKind::Info, "Recorded: these results come from your last session.", can_run ? "Run again" : ""))
            out.emplace_back(RunQuery{trace.query});
    }
}

/// What of the collection the results on screen were searched in, when it was not all of it.
void coverage_strip(const Snapshot& now, Commands& out) {
    const Trace& trace = *now.trace;
    if (trace.indexed_documents >= trace.expected_documents) return;
    const Workbench& bench = now.workbench;
    const std::string searched = "Searched " + format_count(trace.indexed_documents) + " of " +
                                 format_count(trace.expected_documents) + " documents";
    const bool more = bench.index && bench.index->documents > trace.indexed_documents;
    const std::string by_now = more ? "; " + format_count(bench.index->documents) + " are indexed by now" : "";
    if (is_partly_indexed(bench) && !bench.building) {
        if (strip(StripKind::Info, searched + by_now + "; the rest is not indexed yet.", "Go on"))
            out.emplace_back(BuildIndex{});
        return;
    }
    if (strip(StripKind::Info, searched + (bench.building ? ": the index is still being built" : "") + by_now + ".",
              more ? "Search again" : ""))
        out.emplace_back(RunQuery{trace.query});
}

} // namespace

void QueryBenchView::draw_empty(const Snapshot& now, Commands& out) {
    const Workbench& bench = now.workbench;
    // Before the query's own state: without an index no query can run, and only the index changes that.
    if (is_not_indexed(bench)) {
        draw_not_indexed(now, out);
        return;
    }
    if (now.query_phase == Phase::Failed) {
        if (failed_state("The query did not run", now.query_error, {}, now.failed_query.empty() ? "" : "Try again", out))
            out.emplace_back(RunQuery{now.failed_query});
        return;
    }
    if (now.query_phase == Phase::Loading) {
        loading_state("Searching", quoted(now.running_query), out);
        return;
    }
    switch (bench.phase) {
    case Phase::Empty:
        if (empty_state(icon::kCollection, "Nothing to search yet",
                        "The bench runs a query through every expert and shows what each one finds. It needs a model and "
                        "a collection; the demo brings both.",
                        "Set up the demo"))
            out.emplace_back(ShowView{"Welcome"});
        return;
    case Phase::Loading:
        loading_state("Opening " + (bench.model.empty() ? std::string("the model") : bench.model),
                      bench.collection.empty() ? std::string() : "with the collection " + bench.collection, out);
        return;
    case Phase::Failed:
        if (failed_state("The model or the collection did not open", bench.error,
                         "Choose another one in the bar above, or build the demo again.", "Show Welcome", out))
            out.emplace_back(ShowView{"Welcome"});
        return;
    case Phase::Ready: draw_invitation(now, out); return;
    }
}

void QueryBenchView::draw_not_indexed(const Snapshot& now, Commands& out) {
    const Workbench& bench = now.workbench;
    const bool waits = now.query_phase == Phase::Loading && !now.running_query.empty();
    if (const JobSnapshot* job = running_build(now)) {
        const std::string takes = now.index_plan.forecast ? forecast_words(*now.index_plan.forecast) + " " : "";
        building_state(*job, takes + (waits ? quoted(now.running_query) + " runs as soon as the first documents are in."
                                            : "You can search as soon as the first documents are in."), out);
        return;
    }
    if (bench.building) {
        loading_state("Building the index", "You can search as soon as the first documents are in.", out);
        return;
    }
    if (!bench.index_away.empty()) {
        if (failed_state("The server with the index cannot be asked", bench.index_away, "View \u201CIndex\u201D has its address, and can bring the index to this machine.", "Try again", out))
            out.emplace_back(OpenCollection{bench.collection});
        return;
    }
    const std::string how = "It runs in the background, can be stopped at any time and goes on where it was.";
    const bool again = !bench.unusable_index.empty();
    if (again ? empty_state(icon::kCollection, bench.collection + " has to be indexed again", bench.unusable_index + ". " + how,
                            "Index it again")
              : empty_state(icon::kCollection, bench.collection + " is not indexed yet",
                            "Before it can be searched, the experts of " + bench.model +
                                " have to read its documents once. " + how,
                            "Index it"))
        out.emplace_back(BuildIndex{});
}

void QueryBenchView::draw_invitation(const Snapshot& now, Commands& out) {
    const Workbench& bench = now.workbench;
    partial_strip(now, out);
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float width = std::min(room.x, dp(560)), left = ImGui::GetCursorPosX() + std::floor((room.x - width) / 2);
    const auto& stories = now.session.offered;
    const std::size_t shown = std::min<std::size_t>(bench.samples.size(), stories.empty() ? 6 : 4); // all of it fits a small window
    const float samples_height = (dp(34) + dp(6)) * static_cast<float>(shown + stories.size() + (stories.empty() ? 0 : 1) + (now.offers_tour ? 1 : 0));
    const float head_height = dp(180);
    const float spare = std::max(room.y - head_height - samples_height, 0.0f);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::floor(spare * 0.4f));
    if (ImGui::BeginChild("##invitation", {0, head_height}, ImGuiChildFlags_None, ImGuiWindowFlags_NoScrollbar))
        empty_state(icon::kSearch, "Ask something",
                    std::string(theme().audience ? "Press / and type a query" : "Type a query above") + (shown > 0 ? ", or take one of these" : "") +
                        ". You will see what each expert finds by itself and what the fusion makes of it.");
    ImGui::EndChild();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(6)});
    for (std::size_t sample_idx = 0; sample_idx < shown; ++sample_idx) {
        const auto& sample = bench.samples[sample_idx];
        ImGui::SetCursorPosX(left);
        if (sample_row(("sample:" + sample.text).c_str(), sample.text, sample.category, width))
            out.emplace_back(RunQuery{sample.text});
    }
    if (!stories.empty()) {
        ImGui::SetCursorPosX(left);
        label("Or have a story told, on what is indexed here", TextStyle::Small, colors().dim);
    }
    for (const StoryLine& story : stories) {
        ImGui::SetCursorPosX(left);
        if (sample_row(("story:" + story.title).c_str(), story.title, std::to_string(story.steps) + " steps", width, icon::kPlay)) out.emplace_back(TellStory{.id = story.id});
        hover_text(story.about);
    }
    if (now.offers_tour) {
        ImGui::SetCursorPosX(left + std::floor((width - button_width("Take the tour", true)) / 2));
        if (button("Take the tour", ButtonKind::Quiet, icon::kPlay)) out.emplace_back(TakeTour{});
        hover_text("Five minutes: why the first result is first, shown on the real thing.");
    }
    ImGui::PopStyleVar();
}

void QueryBenchView::draw_strips(const Snapshot& now, Commands& out) {
    const Trace& trace = *now.trace;
    if (!now.workbench.index_away.empty() && !now.workbench.building) {
        if (strip(StripKind::Error, "No query can run, as the server with the index cannot be asked: " + now.workbench.index_away + ".", "Try again"))
            out.emplace_back(OpenCollection{now.workbench.collection});
    } else if (is_not_indexed(now.workbench)) {
        const bool building = now.workbench.building;
        if (strip(StripKind::Info, building ? "The index is being built; you can search as soon as the first documents are in."
                                            : now.workbench.collection + " is not indexed for " + now.workbench.model +
                                                  " yet: no query can run.",
                  building ? "" : "Index it"))
            out.emplace_back(BuildIndex{});
    } else if (now.query_phase == Phase::Failed) {
        const bool again = !now.failed_query.empty();
        if (strip(StripKind::Error,
                  (again ? quoted(now.failed_query) : "The last query") + " did not run: " + now.query_error +
                      " The lists below are of the query before it.",
                  again ? "Try again" : "Copy")) {
            if (again)
                out.emplace_back(RunQuery{now.failed_query});
            else
                out.emplace_back(CopyText{now.query_error});
        }
    }
    origin_strip(now, out);
    if (is_of_workbench(trace, now.workbench)) coverage_strip(now, out);
    if (trace.query_truncated)
        strip(StripKind::Info, "The query is longer than the experts read; its end was left out.");
}

} // namespace cameo
