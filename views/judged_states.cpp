#include "views/judged_states.hpp"

#include "core/eval/measures.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <string>

namespace cameo {

bool judged_fits(const Snapshot& now) {
    const auto& scores = now.judged.scores;
    return scores && (!now.trace || (now.trace->model_version == scores->model_version && now.trace->collection == scores->collection &&
                                     now.trace->experts.size() == scores->experts.size()));
}

std::string judged_misfit_words(const Snapshot& now) {
    const auto& scores = *now.judged.scores;
    return "Measured with " + scores.model + " on " + scores.collection + "; the result on screen is of " + now.trace->model + " on " +
           now.trace->collection + ". Run the query again, or open that model to measure it.";
}

std::vector<std::pair<std::string, std::string>> judged_about(const JudgedScores& scores) {
    return {{"model", scores.model},
            {"model version", scores.model_version},
            {"collection", scores.collection},
            {"collection version", scores.collection_version},
            {"indexed documents", std::to_string(scores.documents)},
            {"judged split", scores.split},
            {"judged queries", std::to_string(scores.queries.size())},
            {"candidates of each expert", std::to_string(scores.depth)}};
}

const JobSnapshot* running_job(const Snapshot& now, std::string_view tag) {
    const auto found = std::ranges::find_if(now.jobs, [&](const JobSnapshot& job) {
        return job.tag == tag && (job.state == JobState::Running || job.state == JobState::Queued);
    });
    return found == now.jobs.end() ? nullptr : &*found;
}

void judged_state(const Snapshot& now, std::string_view shows, JudgedPlace place, Commands& out) {
    const Judged& judged = now.judged;
    const bool whole = place == JudgedPlace::Whole;
    if (judged.phase == Phase::Loading) {
        const std::string why = "You can go on meanwhile: queries do not wait for it.";
        if (const JobSnapshot* job = running_job(now, "judged")) {
            if (whole) return building_state(*job, why, out);
            ImGui::Dummy({0, dp(space::kUnit)});
            build_progress(*job, ImGui::CalcItemWidth(), out);
            return;
        }
        if (whole) loading_state("Measuring", why, out);
        else label("Measuring \u2026", TextStyle::Small, colors().dim);
        return;
    }
    if (judged.phase == Phase::Failed) {
        if (whole) {
            if (failed_state("The judged queries were not measured", judged.error, {}, "Try again", out)) out.emplace_back(MeasureJudged{judged.split});
        } else if (strip(StripKind::Error, judged.error, "Try again")) {
            out.emplace_back(MeasureJudged{judged.split});
        }
        return;
    }
    // An index that grows is another one with every step: figures of it would be thrown away.
    const bool can = !judged.splits.empty() && now.workbench.phase == Phase::Ready && now.workbench.index.has_value() && !now.workbench.building;
    std::string why;
    if (now.workbench.phase != Phase::Ready) why = "Open a model and a collection first.";
    else if (judged.splits.empty()) why = "The collection " + now.workbench.collection + " has no judgments: nobody has said which documents are right.";
    else if (!now.workbench.index) why = "The collection is not indexed for this model yet: build the index first.";
    else if (now.workbench.building) why = "Something is being built: measure the judged queries once it is whole.";
    else {
        why = "Runs every judged query of \u201C" + judged.split + "\u201D through all experts once, to show ";
        why.append(shows).append(". It takes about a minute for a thousand queries.");
    }
    if (whole) {
        if (empty_state(icon::kSearch, "Not measured yet", why, can ? "Measure the judged queries" : "")) out.emplace_back(MeasureJudged{judged.split});
        return;
    }
    ImGui::Dummy({0, dp(space::kUnit)});
    paragraph(why, TextStyle::Small, colors().dim, ImGui::CalcItemWidth());
    if (can && button("Measure the judged queries", ButtonKind::Primary)) out.emplace_back(MeasureJudged{judged.split});
}

void measure_chips(const Snapshot& now, Commands& out) {
    for (int measure = 0; measure < kMeasureCount; ++measure) {
        const std::string name = measure_name(measure);
        flow_next(text_chip_width(name), measure == 0 ? dp(18) : dp(6));
        if (text_chip(name.c_str(), name, now.judged.measure == measure)) out.emplace_back(JudgeBy{measure});
    }
}

} // namespace cameo
