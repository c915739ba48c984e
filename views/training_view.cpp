#include "views/training_view.hpp"

#include "core/eval/measures.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/moved_queries.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {
namespace {

constexpr float kChartHeight = 210, kChartWidth = 400;
constexpr std::array kHalfLives{std::pair{0.0, "none"}, std::pair{3.0, "3 steps"}, std::pair{10.0, "10 steps"}, std::pair{50.0, "50 steps"}};

/// Three figures, and what is far from 1 by powers of ten.
std::string short_number(double value) {
    if (!std::isfinite(value)) return format_score(value, 0);
    const double size = std::abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e6)) {
        std::array<char, 24> text;
        const int written = std::snprintf(text.data(), text.size(), "%.2g", value);
        return {text.data(), static_cast<std::size_t>(written)};
    }
    return format_score(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

std::string bytes_words(double value) { return std::isfinite(value) && value >= 0 ? format_bytes(static_cast<std::uint64_t>(value)) : short_number(value); }
std::string rate_words(double value) { return std::isfinite(value) ? format_count(std::llround(value)) : short_number(value); }

std::string (*format_of(ChartUnit unit))(double) {
    switch (unit) {
    case ChartUnit::Bytes: return bytes_words;
    case ChartUnit::Rate: return rate_words;
    default: return short_number;
    }
}

std::vector<PlotMarker> markers_of(const TrainingRecord& record) {
    std::vector<PlotMarker> markers;
    for (const RecordedEvent& event : record.events()) {
        if (event.step < 0) continue;
        const bool loud = event.kind == name(EventKind::Command) || event.kind == name(EventKind::Resumed) || event.kind == name(EventKind::StepBack) || event.kind == name(EventKind::Warning);
        markers.push_back({event.step, event.kind + (event.text.empty() ? "" : ": " + event.text), loud, false});
    }
    for (const LeftCommand& command : record.commands())
        if (command.state == CommandState::Pending) markers.push_back({std::max<std::int64_t>(record.last_step(), 0), command_words(command), false, true});
    return markers;
}

/// A state in words, with its icon, in a quiet pill.
void state_chip(TrainingState state) {
    const std::string words = state_title(state);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = text_width(TextStyle::SmallStrong, words) + dp(36), height = dp(24);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, ink(state_color(state), 0.16f), height / 2);
    draw_icon(list, {at.x + dp(15), at.y + height / 2}, state_icon(state), ink(state_color(state)), 15);
    draw_text(list, {at.x + dp(26), std::round(at.y + (height - line_height(TextStyle::SmallStrong)) / 2 + ascent(TextStyle::SmallStrong))}, TextStyle::SmallStrong, ink(colors().text), words);
    ImGui::Dummy({width, height});
}

void bar(double share, float width, bool strong) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = dp(4);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().text, 0.10f), height / 2);
    const float filled = width * static_cast<float>(std::clamp(share, 0.0, 1.0));
    if (filled > 0) list.AddRectFilled(at, {at.x + std::max(filled, height), at.y + height}, ink(strong ? colors().accent : colors().dim), height / 2);
    ImGui::Dummy({width, height});
}

} // namespace

TrainingView::TrainingView()
    : View("Training",
           {.what = "A training as it goes: its losses, its measures on the dev queries, who serves what, and what can be asked of it.",
            .formula = "Faint: each step as it was recorded. Strong: an exponential mean that forgets half of what it knew after so many steps as is chosen above; measures on dev are "
                       "never smoothed. Where there are more steps than pixels, a band shows the least and the largest value of each column.",
            .reading = "Wheel: zoom where the mouse is, in all charts at once. Drag: pan; right drag: zoom into a box; double click: all again. Press an entry above a chart to hide a "
                       "line, with Alt to see it alone; Shift and press in a chart to look at that step. Lines from top to bottom are commands and warnings, ticks at the foot checkpoints "
                       "and best steps.",
            .healthy = "The loss falls and the measure on dev rises with it; every expert serves some texts, and a query goes where its right document goes.",
            .sick = "A loss that leaps; a measure that falls while the loss does too; one expert that serves everything; a group whose gradient is next to nothing. Findings names them."},
           true) {}

void TrainingView::follow(const Snapshot& now) {
    const ShownTraining& training = *shown_training(now.trainings);
    if (m_folder != training.folder) {
        m_folder = training.folder;
        m_range = {};
        m_charted = {~std::uint64_t{0}, 0};
        m_marked = {-1, 0, 0};
        m_weighed = {-1, 0, 0};
        m_settings = false;
        m_plots.clear(); // what was smoothed and hidden there is the other one's
    }
    std::int64_t last = 1;
    for (const ShownTraining& shown : now.trainings.shown)
        if (shown.record) last = std::max(last, shown.record->last_step());
    if (m_range.follows) m_range.from = 0, m_range.to = 1.01 * double(last); // the last point stands free
    if (!training.record) return m_charts.clear();
    const std::pair standing(training.record->generation(), training.record->curves().size());
    if (m_charted != standing) {
        m_charted = standing;
        m_categories = training_categories(*training.record);
        if (std::ranges::find(m_categories, m_category) == m_categories.end()) m_category.clear();
        m_charts = training_charts(*training.record, measure_name(m_measure), m_documents ? "document" : "query", m_category);
    }
    const auto pending = std::ranges::count(training.record->commands(), CommandState::Pending, &LeftCommand::state);
    const std::tuple marked(training.record->last_event(), pending, pending > 0 ? training.record->last_step() : 0);
    if (m_marked != marked) {
        m_marked = marked;
        m_markers = markers_of(*training.record);
    }
    const std::tuple weighed(training.record->last_event(), now.trainings.now_ms, training.disk_bytes);
    if (const TrainingLine* const line = line_of(now.trainings, training.folder); line && m_weighed != weighed) {
        m_weighed = weighed;
        m_cost = estimate_words(training, line->summary, now.trainings.now_ms);
    }
}

void TrainingView::draw_contents(const Snapshot& now, Commands& out) {
    const ShownTraining* const training = shown_training(now.trainings);
    if (!training) {
        if (now.trainings.phase == Phase::Loading) return loading_state("Looking for trainings", {}, out);
        if (empty_state(icon::kPlay, "No training is looked at",
                        "A training fine-tunes a CAME or SB-MoE model in a process of its own, while you go on querying. Its curves, its gate and its competition are drawn here as it goes.",
                        "New training"))
            out.emplace_back(DraftTraining{});
        return;
    }
    follow(now);
    draw_head(now, *training, line_of(now.trainings, training->folder), out);
    if (!training->record) {
        if (!training->error.empty()) failed_state("This training cannot be read", training->error, "What it has saved is still in its folder: " + training->folder.string(), {}, out);
        else loading_state("Reading its record", {}, out);
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##training", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        if (m_settings) draw_live_settings(*training, out);
        draw_charts(now, out);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void TrainingView::draw_head(const Snapshot& now, const ShownTraining& training, const TrainingLine* line, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    label(training.name, TextStyle::Title, colors().text);
    if (line) {
        ImGui::SameLine(0, dp(12));
        state_chip(line->summary.state);
        const auto& summary = line->summary;
        std::string words = progress_words(summary, training.record.get());
        if (!summary.model.empty()) words += "  ·  " + model_name(summary) + " on " + summary.collection;
        if (std::isfinite(summary.best)) words += "  ·  best " + summary.measure + " " + format_score(summary.best, 3) + " at step " + format_count(summary.best_step);
        paragraph(words, TextStyle::Small, colors().dim, width);
        if (summary.steps > 0) bar(double(summary.step) / double(summary.steps), width, summary.state == TrainingState::Running);
        ImGui::Dummy({0, dp(2)});
        if (training.record && !m_cost.empty()) paragraph(m_cost, TextStyle::Small, colors().dim, width);
        const bool is_bad = summary.state == TrainingState::Failed || summary.state == TrainingState::Died || summary.state == TrainingState::Unreadable;
        if (!summary.words.empty() && summary.state != TrainingState::Running && summary.state != TrainingState::Paused) paragraph(heading(summary.words) + ".", TextStyle::Body, is_bad ? colors().error : colors().text, width);
        draw_steering(training, *line, out);
    }
    draw_swap(now, out);
    if (training.record && !training.error.empty()) strip(StripKind::Error, "It cannot be read just now, and what is drawn is what was read before: " + training.error);
    if (training.record) draw_commands(training);
    if (training.record) draw_choices(now);
}

void TrainingView::draw_steering(const ShownTraining& training, const TrainingLine& line, Commands& out) {
    const auto ask = [&](CommandKind kind) { out.emplace_back(SteerTraining{training.folder, kind, {}}); };
    bool first = true;
    const auto place = [&](std::string_view words, bool with_icon) {
        if (!first) flow_next(button_width(words, with_icon), dp(6));
        first = false;
    };
    const auto offer = [&](const char* words, const char* icon, const char* tip, ButtonKind kind = ButtonKind::Plain) {
        place(words, icon != nullptr);
        const bool pressed = button(words, kind, icon);
        hover_text(std::string_view(tip));
        return pressed;
    };
    const TrainingState state = line.summary.state;
    if (state == TrainingState::Running && offer("Pause", icon::kPause, "Waits before the next step")) ask(CommandKind::Pause);
    if (state == TrainingState::Paused && offer("Resume", icon::kPlay, "Goes on with the next step", ButtonKind::Primary)) ask(CommandKind::Resume);
    if (state == TrainingState::Running || state == TrainingState::Paused) {
        if (offer("Checkpoint now", nullptr, "Writes where it stands, so that it can be gone back to")) ask(CommandKind::Checkpoint);
        if (offer("Finish epoch", nullptr, "Ends once every query was seen as often as the others")) ask(CommandKind::FinishEpoch);
        if (offer("Stop and keep best", icon::kStop, "Ends; the step with the best measure on dev becomes its model")) ask(CommandKind::StopAndKeepBest);
        if (offer(m_settings ? "Hide settings" : "Change settings", nullptr, "Learning rates, balance, noise, temperature: what may change while it runs")) m_settings = !m_settings;
    } else {
        m_settings = false;
    }
    if (state == TrainingState::Queued && offer("Take out of the queue", icon::kClose, "It does not begin; its folder stays")) out.emplace_back(WithdrawTraining{training.folder});
    const bool goes_on = state == TrainingState::Interrupted || state == TrainingState::Failed || state == TrainingState::Died || state == TrainingState::Elsewhere || (state == TrainingState::Finished && line.summary.step < line.summary.steps);
    if (goes_on && offer("Resume", icon::kPlay, state == TrainingState::Elsewhere ? "Starts a process on this machine that goes on from the last checkpoint that is here" : "Starts a process that goes on from the last checkpoint",
                         state == TrainingState::Elsewhere ? ButtonKind::Plain : ButtonKind::Primary)) out.emplace_back(ResumeTraining{training.folder});
    const bool has_result = state == TrainingState::Finished;
    if (has_result && offer("Use its model", icon::kModel, "Makes it the model in use once the collection is indexed for it; one press goes back", goes_on ? ButtonKind::Plain : ButtonKind::Primary))
        out.emplace_back(UseCheckpoint{training.folder, -1});
    if (state != TrainingState::Unreadable && training.record && line.summary.best_step >= 0 && std::isfinite(line.summary.best) &&
        offer("Branch from the best", icon::kPlus, "A new training that begins with this one's best checkpoint, with settings of its own"))
        out.emplace_back(DraftTraining{.recipe = {}, .training = training.folder, .step = line.summary.best_step, .set = {}});
    if (offer("Train again", icon::kRefresh, "A new training with these settings, from the start"))
        out.emplace_back(DraftTraining{.recipe = {}, .training = training.folder, .step = -1, .set = {}});
    ImGui::Dummy({0, dp(2)});
}

void TrainingView::draw_swap(const Snapshot& now, Commands& out) {
    const ModelSwap& swap = now.swap;
    if (swap.phase == Phase::Empty) return;
    if (swap.phase == Phase::Loading) {
        const auto job = std::ranges::find_if(now.jobs, [](const JobSnapshot& each) { return each.tag == "swap" && (each.state == JobState::Running || each.state == JobState::Queued); });
        std::string words = "Making " + swap.label + " ready; " + swap.before + " answers until then.";
        if (job != now.jobs.end()) words.append(" ").append(heading(progress_words(*job))).append(".");
        if (strip(StripKind::Info, words, "Leave it")) out.emplace_back(DropUse{});
        return;
    }
    if (strip(StripKind::Info, swap.label + " is in use; before it was " + swap.before + ".", "Go back")) out.emplace_back(GoBack{});
    if (swap.guard_phase == Phase::Loading) paragraph("Both are being held against each other on the judged queries\u2026", TextStyle::Small, colors().dim);
    if (swap.guard_phase == Phase::Failed) paragraph("They could not be held against each other: " + swap.guard_error, TextStyle::Small, colors().error);
    if (!swap.guard) return;
    const GuardComparison& guard = *swap.guard;
    const int measure = m_measure;
    paragraph("On " + format_amount(std::int64_t(guard.queries), Unit::Queries) + " of " + guard.split + ": " + measure_name(measure) + " " + format_score(value(guard.before, measure), 3) + " \u2192 " +
                  format_score(value(guard.after, measure), 3) + "; the right document stands higher for " + format_count(std::int64_t(guard.better)) + ", lower for " + format_count(std::int64_t(guard.worse)) + ".",
              TextStyle::Body, colors().text);
    if (guard.moved.empty()) return;
    if (text_chip("moved", m_moved ? "Hide the queries that moved" : "Show the queries that moved", m_moved)) m_moved = !m_moved;
    if (m_moved) draw_moved_queries(guard, out);
    ImGui::Dummy({0, dp(4)});
}

void TrainingView::draw_commands(const ShownTraining& training) {
    // What waits, and the last one that was refused: the charts have the others.
    const LeftCommand* refused = nullptr;
    for (const LeftCommand& command : training.record->commands()) {
        if (command.state == CommandState::Pending) strip(StripKind::Info, command_words(command) + ".");
        else refused = command.state == CommandState::Refused ? &command : nullptr;
    }
    if (refused) strip(StripKind::Error, command_words(*refused) + ".");
}

void TrainingView::draw_live_settings(const ShownTraining& training, Commands& out) {
    paragraph("Each change is a command: it holds from the step before which the trainer takes it up, is drawn as a line in the charts, and belongs to the training from then on.", TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(4)});
    RecipeFields::What what{.value = &training.recipe, .before = &training.begun, .live_only = true, .filter = {}, .choices = {}};
    if (const auto entered = m_fields.draw(what)) out.emplace_back(SteerTraining{training.folder, CommandKind::Set, *entered});
    ImGui::Dummy({0, dp(space::kGroup)});
}

void TrainingView::draw_choices(const Snapshot& now) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    bool first = true;
    const auto chip = [&](const std::string& id, std::string_view words, bool on) {
        if (!first) flow_next(text_chip_width(words), dp(6));
        first = false;
        return text_chip(id.c_str(), words, on);
    };
    for (int measure = 0; measure < kMeasureCount; ++measure)
        if (chip(measure_name(measure), measure_name(measure), measure == m_measure)) m_measure = measure, m_charted = {~std::uint64_t{0}, 0};
    if (!m_categories.empty() && chip("Kind", m_category.empty() ? "Dev queries: all" : "Dev queries: " + m_category, !m_category.empty())) {
        const auto next = std::ranges::find(m_categories, m_category); // all, then each of them, and round again
        m_category = m_category.empty() ? m_categories.front() : next + 1 == m_categories.end() ? std::string() : *(next + 1);
        m_charted = {~std::uint64_t{0}, 0};
    }
    if (is_gated(*shown_training(now.trainings)->record))
        if (chip("Role", m_documents ? "Gate: documents" : "Gate: queries", m_documents)) m_documents = !m_documents, m_charted = {~std::uint64_t{0}, 0};
    const auto smoothing = std::ranges::find(kHalfLives, m_half_life, [](const auto& each) { return each.first; });
    if (chip("Smoothing", std::string("Smoothing: ") + smoothing->second, false)) m_half_life = (smoothing + 1 == kHalfLives.end() ? kHalfLives.begin() : smoothing + 1)->first;
    if (!m_range.follows && chip("All steps", "All steps", false)) m_range.follows = true;
    ImGui::PopStyleVar();
    if (now.trainings.shown.size() > 1) {
        ImGui::Dummy({0, dp(2)});
        for (const ShownTraining& shown : now.trainings.shown) {
            if (&shown != &now.trainings.shown.front()) ImGui::SameLine(0, dp(14));
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + line_height(TextStyle::Small) / 2 - dp(2)}, {at.x + dp(14), at.y + line_height(TextStyle::Small) / 2 + dp(2)}, training_color(shown.color), dp(2));
            ImGui::Dummy({dp(18), 0});
            ImGui::SameLine(0, 0);
            label(shown.name, TextStyle::Small, colors().text);
        }
    }
    ImGui::Dummy({0, dp(4)});
}

std::vector<PlotLine> TrainingView::lines_of(const Snapshot& now, const TrainingChart& chart) const {
    std::vector<PlotLine> lines;
    if (now.trainings.shown.size() > 1) {
        // One line a training: the whole where there is one, else the first.
        const auto whole = std::ranges::find(chart.series, true, &ChartSeries::whole);
        const ChartSeries& series = whole == chart.series.end() ? chart.series.front() : *whole;
        for (const ShownTraining& shown : now.trainings.shown)
            if (const Curve* curve = shown.record ? shown.record->curve(series.metric) : nullptr)
                lines.push_back({shown.folder.string(), shown.name, training_color(shown.color), true, curve, nullptr, nullptr});
        return lines;
    }
    const TrainingRecord& record = *shown_training(now.trainings)->record;
    std::size_t others = 0;
    for (const ChartSeries& series : chart.series)
        if (const Curve* curve = record.curve(series.metric))
            lines.push_back({series.metric, series.label, series.whole ? ink(colors().text) : series.expert ? hue(*series.expert) : ink(colors().groups[others++ % kGroupHues]), series.whole, curve,
                             record.curve(series.low), record.curve(series.high)});
    return lines;
}

void TrainingView::draw_charts(const Snapshot& now, Commands& out) {
    if (m_charts.empty()) {
        const TrainingLine* const line = line_of(now.trainings, m_folder);
        if (line && may_grow(line->summary.state)) loading_state(line->summary.state == TrainingState::Queued ? "It waits for its turn" : "Nothing is recorded yet", "Its curves begin with the first validation.", out);
        else empty_state(icon::kPlay, "Nothing is recorded", "It ended before its first validation.");
        return;
    }
    const float width = ImGui::GetContentRegionAvail().x, gap = dp(space::kGroup);
    const int columns = std::clamp(static_cast<int>((width + gap) / (dp(kChartWidth) + gap)), 1, 3);
    const float each = (width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    int column = 0;
    for (const TrainingChart& chart : m_charts) {
        if (column > 0) ImGui::SameLine(0, gap);
        draw_chart(now, chart, {each, dp(kChartHeight)}, out);
        column = (column + 1) % columns;
        if (column == 0) ImGui::Dummy({0, dp(space::kUnit)});
    }
}

void TrainingView::draw_chart(const Snapshot& now, const TrainingChart& chart, ImVec2 size, Commands& out) {
    ImGui::BeginGroup();
    const float top = ImGui::GetCursorPosY();
    label(chart.title, TextStyle::SmallStrong, colors().text);
    hover_text(chart.help);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::IsRectVisible(at, {at.x + size.x, at.y + size.y})) {
        auto& plot = m_plots[chart.id];
        if (!plot) plot = std::make_unique<CurvePlot>(chart.id);
        const PlotLook look{.log = chart.log,
                            .half_life = chart.id == "dev" || chart.id == "sole" || chart.id == "rates" || chart.id == "memory" ? 0 : m_half_life,
                            .level = chart.level,
                            .level_words = chart.level_words,
                            .format = format_of(chart.unit),
                            .moment = double(now.trainings.moment)};
        const auto lines = lines_of(now, chart);
        if (const auto step = plot->draw(lines, m_markers, look, m_range, {size.x, size.y - (ImGui::GetCursorPosY() - top)})) out.emplace_back(LookAtStep{*step});
        if (plot->is_behind()) out.emplace_back(KeepDrawing{});
    } else {
        ImGui::Dummy({size.x, size.y - (ImGui::GetCursorPosY() - top)});
    }
    ImGui::EndGroup();
}

bool TrainingView::has_table(const Snapshot& now) const {
    const ShownTraining* const training = shown_training(now.trainings);
    return training && training->record && !training->record->curves().empty();
}

std::optional<ViewTable> TrainingView::table(const Snapshot& now) const {
    if (!has_table(now)) return {};
    const ShownTraining* const training = shown_training(now.trainings);
    ViewTable made{.title = title(), .columns = {"training", "metric", "step", "value"}, .keys = {0, 1, 2}};
    made.about = {{"training", training->folder.string()}, {"model", training->begun.model}, {"collection", training->begun.collection}};
    for (const ShownTraining& shown : now.trainings.shown) {
        if (!shown.record) continue;
        for (const auto& [metric, curve] : shown.record->curves())
            for (std::size_t at = 0; at < curve.size(); ++at) made.rows.push_back({shown.name, metric, curve[at].step, curve[at].value});
    }
    return made;
}

} // namespace cameo
