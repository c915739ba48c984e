// Draws every view in every state at the sizes that we design for, so that a person can look at them.
#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"
#include "tests/support/sample_map.hpp"
#include "tests/support/sample_missing.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/support/sample_training.hpp"
#include "tests/views/every_view.hpp"
#include "tests/views/stage.hpp"
#include "views/draw.hpp"
#include "views/search_bar.hpp"
#include "views/term_pointer.hpp"
#include "views/theme.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cameo;

struct Views : EveryView {
    SearchBar search;
};

struct Size {
    const char* name;
    int width, height;
    float scale;
};

struct Scene {
    std::string name;
    Snapshot now;
    ImVec2 mouse{-1, -1};
    ImVec2 press{-1, -1}; ///< is pressed first
    bool welcome = false; ///< Welcome and Jobs instead of the bench and the document
    std::string left = "Query bench"; ///< titles of the two views
    std::string right = "Document";
    bool changes = false; ///< against what is pinned, in place of the views' contents
    bool typing = false;  ///< the caret is in the search box
};

/// Every word of the query weighed for the selected document, with made-up figures.
Snapshot weighed_snapshot() {
    Snapshot now = sample_snapshot();
    auto made = std::make_shared<QueryImportance>();
    made->document = now.selection.document;
    made->rank = 1;
    for (const ExpertTrace& expert : now.trace->experts) {
        made->experts.push_back(expert.name);
        made->kinds.push_back(expert.kind);
        made->raw.push_back(8.5);
    }
    constexpr double kLost[][3] = {{0.4, 0.8, 0.05}, {3.1, 2.2, 0.2}, {0.0, 0.1, -0.01}, {-0.1, 0.2, 0.0}, {2.4, 3.1, 0.12}};
    for (std::size_t word = 0; word < now.words.size(); ++word)
        made->words.push_back({.word = now.words[word].text, .lost = {kLost[word][0], kLost[word][1], kLost[word][2]}, .kept = {0.6, 0.7, 0.9},
                               .rank = word == 1 ? 17 : word == 4 ? 4 : 1});
    now.importance = {.phase = Phase::Ready, .of = now.trace->id, .fusion = now.trace->fusion, .document = made->document, .importance = made};
    return now;
}

/// The window around the views, simply: bar above, bench at the left, the rest at the right.
void draw_frame(Views& views, const Scene& scene, int width, int height, int frame) {
    const Snapshot& now = scene.now;
    Commands out;
    const float top = dp(56), bottom = dp(28);
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({static_cast<float>(width), top});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(14), dp(10)});
    ImGui::Begin("##bar", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar();
    draw_text(*ImGui::GetWindowDrawList(), {dp(18), dp(10) + SearchBar::height() / 2 + ascent(TextStyle::Strong) - line_height(TextStyle::Strong) / 2},
              TextStyle::Strong, ink(colors().text), "Cameo");
    ImGui::SetCursorPosX(dp(96));
    if (scene.typing && frame == 1) views.search.focus();
    views.search.draw(now, out);
    ImGui::End();
    ImGui::SetNextWindowPos({0, top});
    ImGui::SetNextWindowSize({static_cast<float>(width), static_cast<float>(height) - top - bottom});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(14), 0});
    ImGui::Begin("##house", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus);
    ImGui::PopStyleVar();
    const ImGuiID dock = ImGui::GetID("dock");
    if (frame == 0) {
        ImGui::DockBuilderRemoveNode(dock);
        ImGui::DockBuilderAddNode(dock, ImGuiDockNodeFlags_DockSpace);
        ImGui::DockBuilderSetNodeSize(dock, ImGui::GetContentRegionAvail());
        ImGuiID left = 0, right = 0;
        ImGui::DockBuilderSplitNode(dock, ImGuiDir_Right, 0.355f, &right, &left);
        ImGui::DockBuilderDockWindow(scene.welcome ? "Welcome" : scene.left.c_str(), left);
        ImGui::DockBuilderDockWindow(scene.welcome ? "Jobs" : scene.right.c_str(), right);
        ImGui::DockBuilderFinish(dock);
    }
    ImGui::DockSpace(dock, {0, 0}, static_cast<ImGuiDockNodeFlags>(ImGuiDockNodeFlags_AutoHideTabBar) | ImGuiDockNodeFlags_NoTabBar);
    ImGui::End();
    if (scene.welcome) {
        views.named("Welcome").draw(now, out);
        views.named("Jobs").draw(now, out);
    } else {
        for (const std::string& title : {scene.left, scene.right}) {
            if (frame == 0) views.named(title).show_changes(scene.changes);
            views.named(title).draw(now, out);
        }
    }
    term_pointer().draw(); // as the shell does
}

/// "moc" under the same run, with another word and another match.
std::shared_ptr<const Ledger> other_ledger(const Trace& trace, const Ledger& ledger) {
    auto other = std::make_shared<Ledger>(ledger);
    other->id = "moc";
    const auto place = std::find_if(trace.documents.begin(), trace.documents.end(), [](const auto& each) { return each.id == "moc"; });
    const auto hit = std::find_if(trace.fused.begin(), trace.fused.end(),
                                  [&](const FusedHit& each) { return each.document == place - trace.documents.begin(); });
    other->score = hit->score;
    other->rank = static_cast<std::int32_t>(hit - trace.fused.begin()) + 1;
    for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
        other->experts[expert_idx].raw = place->raw[expert_idx];
        other->experts[expert_idx].used = hit->used[expert_idx];
        other->experts[expert_idx].rank = place->rank[expert_idx];
    }
    for (const auto& [term, product] : {std::pair<std::size_t, double>{0, 7.2}, {2, 0.9}, {4, 0.4}, {6, 3.1}})
        other->experts[0].terms[term].product = product;
    other->experts[1].tokens[4].similarity = 0.5;
    other->experts[1].tokens[4].best = 5;
    other->experts[1].tokens[0].similarity = 0.98;
    other->experts[2].dot = place->raw[2];
    double terms = 0, tokens = 0;
    for (const auto& each : other->experts[0].terms) terms += each.product;
    for (const auto& each : other->experts[1].tokens) tokens += each.similarity;
    other->experts[0].residual = other->experts[0].raw - terms;
    other->experts[1].residual = other->experts[1].raw - tokens;
    return other;
}

std::vector<Scene> make_scenes() {
    std::vector<Scene> scenes;
    const auto add = [&](std::string name, Snapshot now, ImVec2 mouse = {-1, -1}) {
        scenes.push_back({.name = std::move(name), .now = std::move(now), .mouse = mouse});
    };
    add("bench", sample_snapshot());
    add("bench-zscore", sample_snapshot({.fusion = {.method = FusionMethod::ZScore}}));
    Snapshot adaptive = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    auto weighed = std::make_shared<Trace>(*adaptive.trace);
    weighed->query_weights = {0.40447182, 1.09130051, 0.95650947};
    adaptive.trace = std::make_shared<Trace>(with_fusion(*weighed, {.method = FusionMethod::Adaptive}));
    adaptive.fusion = adaptive.trace->fusion;
    add("bench-adaptive", adaptive);
    add("hover-adaptive", adaptive, {250, 143});
    add("bench-titled", sample_snapshot({.titled = true}));
    add("bench-8", sample_snapshot({.experts = 8}));
    add("bench-1", sample_snapshot({.experts = 1}));
    add("bench-empty", first_run_snapshot());
    Snapshot ready = sample_snapshot();
    ready.trace = nullptr;
    ready.query_phase = Phase::Empty;
    ready.ledger = nullptr;
    ready.selection = {};
    add("bench-ready", ready);
    add("typing", ready);
    scenes.back().typing = true;
    Snapshot solo = sample_snapshot();
    solo.selection.expert = 1;
    solo.selection.query_token = 4;
    add("solo", solo);
    Snapshot partial = sample_snapshot();
    auto part = std::make_shared<Trace>(*partial.trace);
    part->indexed_documents = 1204;
    partial.trace = part;
    partial.workbench.index->documents = 1820;
    partial.workbench.building = true;
    partial.query_phase = Phase::Loading;
    add("bench-partial", partial);
    Snapshot broken = ready;
    broken.query_phase = Phase::Failed;
    broken.query_error = "The index of debian for demo was made by another version of the model (m0, expected m1).";
    broken.failed_query = "play music";
    broken.selection.document = "cmus";
    broken.ledger_phase = Phase::Failed;
    broken.ledger_error = "There is no document cmus in the collection debian.";
    add("failed", broken);
    Snapshot bare = ready;
    bare.jobs.clear();
    bare.workbench.index.reset();
    add("bench-not-indexed", bare);
    Snapshot indexing = bare;
    indexing.workbench.building = true;
    indexing.jobs = {sample_jobs().front()};
    add("bench-indexing", indexing);
    Snapshot stopped = partial;
    stopped.workbench.building = false;
    stopped.query_phase = Phase::Ready;
    stopped.jobs.clear();
    add("bench-stopped", stopped);
    Snapshot ready_stopped = stopped;
    ready_stopped.trace = nullptr;
    ready_stopped.ledger = nullptr;
    ready_stopped.selection = {};
    add("bench-ready-stopped", ready_stopped);
    Snapshot other = sample_snapshot();
    other.workbench.collection = "cacm";
    add("bench-other", other);
    other.workbench.phase = Phase::Failed;
    other.workbench.error = "The collection cacm is damaged: documents.db, 1,204 documents found, 3,204 expected.";
    other.trace_recorded = true;
    add("bench-other-failed", other);
    Snapshot loading = ready;
    loading.query_phase = Phase::Loading;
    loading.running_query = "play music in the terminal";
    loading.selection.document = "cmus";
    loading.ledger_phase = Phase::Loading;
    add("loading", loading);
    Snapshot odd = sample_snapshot();
    auto strange = std::make_shared<Trace>(*odd.trace);
    for (std::size_t each = 2; each < strange->fused.size(); each += 3) {
        strange->fused[each].score = NAN;
        strange->fused[each].used[0] = NAN;
        strange->documents[static_cast<std::size_t>(strange->fused[each].document)].raw[0] = NAN;
    }
    odd.trace = strange;
    add("nan", odd);
    add("hover-score", sample_snapshot(), {349, 143});
    add("hover-zscore", sample_snapshot({.fusion = {.method = FusionMethod::ZScore, .weights = {1, 0.5, 2}}}), {250, 143});
    add("hover-title", sample_snapshot({.titled = true}), {150, 143});
    add("hover-stages", sample_snapshot(), {160, 661});
    add("hover-text", sample_snapshot(), {1145, 226});
    add("hover-alignment", solo, {1290, 564});
    const auto beside = [&](std::string name, const char* view, Snapshot now, ImVec2 mouse = {-1, -1}) {
        add(std::move(name), std::move(now), mouse);
        scenes.back().right = view;
    };
    Snapshot lit = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    beside("ledger", "Ledger", lit);
    lit.selection.term = 2000;
    beside("ledger-selected", "Ledger", lit, {1290, 300});
    beside("ledger-rrf", "Ledger", sample_snapshot({.fusion = {.method = FusionMethod::Rrf}}));
    beside("ledger-8", "Ledger", sample_snapshot({.experts = 8, .fusion = {.method = FusionMethod::ZScore}}));
    Snapshot compared = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    compared.selection.reference = "moc";
    compared.reference = other_ledger(*compared.trace, *compared.ledger);
    compared.reference_phase = Phase::Ready;
    beside("ledger-compared", "Ledger", compared);
    beside("terms", "Terms", lit);
    Snapshot edited = sample_snapshot();
    auto tried = std::make_shared<Trace>(*edited.trace);
    tried->term_edits = {{2002, 0, "terminal"}, {2000, 4.5f, "music"}};
    edited.trace = tried;
    beside("terms-edited", "Terms", edited);
    beside("alignment", "Alignment", sample_snapshot());
    Snapshot pair = sample_snapshot();
    pair.selection.query_token = 4;
    pair.selection.document_token = 10;
    beside("alignment-selected", "Alignment", pair, {1290, 300});
    beside("alignment-empty", "Alignment", ready);
    beside("ledger-failed", "Ledger", broken);
    Snapshot pinned = sample_snapshot();
    auto then = std::make_shared<Snapshot>(sample_snapshot({.fusion = {.method = FusionMethod::ZScore}}));
    then->selection = pinned.selection;
    pinned.pin = Pin{.kind = Pin::Kind::Setting, .label = "came, z-score sum", .then = then};
    beside("pinned", "Document", pinned, {1300, 90});
    beside("pinned-changes", "Ledger", pinned);
    scenes.back().changes = true;
    Snapshot waits = pinned;
    auto unanswered = std::make_shared<Snapshot>();
    unanswered->query_phase = Phase::Loading;
    waits.pin->then = unanswered;
    beside("pinned-asking", "Terms", waits);
    scenes.back().changes = true;
    beside("words", "Words", weighed_snapshot(), {1300, 300});
    Snapshot left_out = weighed_snapshot();
    left_out.words[1].state = WordState::Dropped;
    left_out.words[4].state = WordState::Masked;
    left_out.importance = {};
    beside("words-changed", "Words", left_out);
    beside("words-none", "Words", ready);
    const auto over_all = [&](std::string name, const char* view, Snapshot now, ImVec2 mouse = {-1, -1}) {
        add(std::move(name), std::move(now), mouse);
        scenes.back().left = view;
    };
    Snapshot measured = sample_snapshot({.fusion = {.method = FusionMethod::ZScore, .weights = {1.2, 0.9, 0.9}}});
    measured.judged = sample_judged(120, 3, measured.fusion);
    over_all("fusion", "Fusion", measured, {260, 330});
    Snapshot unmeasured = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    unmeasured.judged = {.splits = {"test"}, .split = "test"};
    over_all("fusion-unmeasured", "Fusion", unmeasured);
    Snapshot two = sample_snapshot({.experts = 2});
    two.judged = sample_judged(120, 2);
    over_all("fusion-2", "Fusion", two);
    over_all("fusion-8", "Fusion", sample_snapshot({.experts = 8}));
    Snapshot judged_query = measured;
    auto asked = std::make_shared<Trace>(*judged_query.trace);
    asked->query_id = "t7";
    judged_query.trace = asked;
    over_all("competition", "Competition", judged_query);
    over_all("gate", "Gate", sample_gate());
    over_all("gate-collapsed", "Gate", sample_gate(SampleGate::Collapsed));
    Snapshot stormy = sample_gate();
    stormy.storm = sample_storm(*stormy.trace);
    over_all("gate-storm", "Gate", stormy);
    over_all("gate-none", "Gate", sample_snapshot());
    over_all("evaluation", "Evaluation", measured);
    over_all("rank-changes", "Evaluation", measured, {150, 640});
    scenes.back().press = {128, 540};
    beside("missing", "Missing", sample_missing());
    beside("missing-depth", "Missing", sample_missing(SampleMissing::Depth));
    beside("missing-search", "Missing", sample_missing(SampleMissing::Search));
    Snapshot asking = sample_missing();
    asking.missing = {};
    beside("missing-choice", "Missing", asking);
    beside("missing-none", "Missing", ready);
    Snapshot waiting = sample_missing(SampleMissing::Depth);
    waiting.missing.found.reset();
    waiting.missing.phase = Phase::Failed;
    waiting.missing.error = "There is no document strawberry in the collection debian.";
    beside("missing-failed", "Missing", waiting);
    Snapshot graded = sample_snapshot();
    graded.own = {.grades = std::make_shared<const Grades>(Grades{{"cmus", 3}, {"moc", 1}, {"vitetris", 0}, {"herrie", 2}}), .queries = 1, .documents = 4};
    add("bench-graded", graded);
    Snapshot planned = ready;
    planned.jobs.clear();
    planned.workbench.index->experts = {{.name = "lexical", .kind = ExpertKind::Lexical, .structure = "inverted, block-max MaxScore", .bytes_per_document = 901, .exact_candidates = true},
                                        {.name = "local", .kind = ExpertKind::Local, .structure = "4,096 centroids, 2 bits", .bytes_per_document = 2512, .truncated_documents = 298, .drift = 1.02},
                                        {.name = "global", .kind = ExpertKind::Global, .structure = "flat", .bytes_per_document = 1537, .exact_candidates = true}};
    planned.index_plan = {.is_there = true, .first = {.local_bits = 2}, .wanted = {.local_bits = 2}};
    over_all("index", "Index", planned);
    planned.workbench.index->experts[1].drift = 1.41;
    planned.index_plan.wanted = {.local_bits = 2, .global_structure = "IVF1024,SQ8"};
    over_all("index-drifted", "Index", planned);
    planned.index_plan.wanted = {.in_milvus = true, .address = "elastic://papers", .local_bits = 2};
    planned.index_plan.refusal = "elastic://papers: expected milvus://HOST:PORT or milvus+tls://HOST:PORT";
    over_all("index-milvus", "Index", planned);
    Snapshot away = ready;
    away.jobs.clear();
    away.workbench.index.reset();
    away.workbench.index_away = "milvus://papers.example:19530: the server does not answer, tried for 5 s";
    away.index_plan = {.is_there = true, .first = {.in_milvus = true, .address = "milvus://papers.example:19530"}, .wanted = {.in_milvus = true, .address = "milvus://papers.example:19530"}};
    over_all("index-away", "Index", away);
    over_all("welcome-away", "Welcome", away);
    add("bench-away", away);
    Snapshot growing = planned;
    growing.workbench.building = true;
    growing.workbench.index->documents = 1204;
    growing.jobs = {{.id = 3, .name = "Index debian for came", .tag = "index", .stage = "encoding documents", .unit = Unit::Documents, .state = JobState::Running, .done = 1204, .total = 3000}};
    growing.index_plan.wanted = growing.index_plan.first;
    growing.index_plan.forecast = IndexForecast{.documents = 1796, .seconds = 62, .bytes = 14'800'000, .free = 45'000'000'000};
    over_all("index-building", "Index", growing);
    over_all("specialisation", "Specialisation", measured, {330, 230});
    over_all("specialisation-unmeasured", "Specialisation", unmeasured);
    over_all("map", "Map", sample_map());
    over_all("map-none", "Map", sample_snapshot());
    const auto welcome = [&](std::string name, Snapshot now) {
        add(std::move(name), std::move(now));
        scenes.back().welcome = true;
    };
    welcome("welcome-first", first_run_snapshot());
    Snapshot building = first_run_snapshot();
    building.jobs = sample_jobs();
    building.workbench.samples = ready.workbench.samples;
    building.workbench.building = true;
    building.workbench.index = IndexInfo{.documents = 1204, .expected = 3000};
    welcome("welcome-building", building);
    Snapshot stuck = first_run_snapshot();
    stuck.jobs = {sample_jobs()[3]};
    welcome("welcome-failed", stuck);
    Snapshot unknown = first_run_snapshot();
    unknown.workbench.demo = {.folder = unknown.workbench.demo.folder};
    welcome("welcome-unknown", unknown);
    welcome("welcome-not-indexed", bare);
    Snapshot part_done = ready;
    part_done.jobs.clear();
    part_done.workbench.index->documents = 1204;
    welcome("welcome-stopped", part_done);
    Snapshot done = ready;
    done.jobs.clear();
    welcome("welcome-ready", done);
    for (const auto& [name, kind] : {std::pair{"came", SampleTraining::Came}, {"gate", SampleTraining::Gated}, {"collapsing", SampleTraining::Collapsing}}) {
        Snapshot training = sample_training(kind);
        for (const auto& [left, right] : {std::pair{"Training", "Trainings"}, {"Time machine", "Findings"}}) {
            training.trainings.moment = std::string_view(left) == "Training" ? -1 : 120;
            scenes.push_back({.name = std::string("training-") + name + (std::string_view(left) == "Training" ? "" : "-then"), .now = training, .left = left, .right = right});
        }
    }
    Snapshot drafted = sample_training();
    drafted.trainings.draft = TrainingDraft{.from = "recipe demo-sbmoe", .recipe = drafted.trainings.shown[0].recipe, .before = drafted.trainings.shown[0].begun, .threads = 1, .most_threads = 4,
                                            .refusal = "There is a training \"looked-at\" already: give this one another name.", .input_error = {}};
    scenes.push_back({.name = "training-new", .now = drafted, .left = "New training", .right = "Trainings"});
    drafted.trainings.draft->refusal.clear();
    drafted.trainings.draft->cost_phase = Phase::Loading;
    scenes.push_back({.name = "training-new-tried", .now = drafted, .left = "New training", .right = "Trainings"});
    drafted.trainings.draft->cost_phase = Phase::Ready;
    drafted.trainings.draft->cost = TrainingCost{.seconds = 760, .memory_bytes = 1'300'000'000, .disk_bytes = 240'000'000};
    scenes.push_back({.name = "training-new-estimated", .now = drafted, .left = "New training", .right = "Trainings"});
    Snapshot over = sample_training();
    for (std::size_t each = 1; each <= 3; ++each)
        over.trainings.shown.push_back({.folder = (*over.trainings.list)[each + 1].summary.folder, .name = (*over.trainings.list)[each + 1].summary.name, .color = each, .begun = {}, .recipe = over.trainings.shown[0].recipe,
                                        .record = sample_record(SampleTraining::Gated, 0.03 * double(each)), .error = {}});
    over.trainings.shown[1].recipe.clip = 1;
    scenes.push_back({.name = "training-over-each-other", .now = over, .left = "Training", .right = "Trainings"});
    Snapshot mining = sample_training(SampleTraining::Came);
    auto busy = *mining.trainings.list;
    busy.front().summary.words = "encoding documents \u00b7 8,240 / 19,647 documents \u00b7 46/s \u00b7 3 min 44 s to 4 min 52 s left";
    mining.trainings.list = std::make_shared<const std::vector<TrainingLine>>(busy);
    TrainingRecord with_weights = *mining.trainings.shown[0].record;
    RecordedMetric fitted{.name = "dev.weighted.MRR@10", .points = {}};
    const Curve& fusion = *with_weights.curve("dev.fusion.MRR@10");
    for (std::size_t at = 0; at < fusion.size(); ++at) fitted.points.push_back({fusion[at].step, fusion[at].value + 0.02});
    with_weights.take({.metrics = {fitted}, .events = {}, .commands = {}, .probe_steps = {}});
    mining.trainings.shown[0].record = std::make_shared<const TrainingRecord>(with_weights);
    scenes.push_back({.name = "training-mining", .now = mining, .left = "Training", .right = "Trainings"});
    Snapshot used = sample_training();
    auto ended = *used.trainings.list;
    ended.front().summary.state = TrainingState::Finished;
    ended.front().summary.words = "all steps are done; the model is that of step 160";
    used.trainings.list = std::make_shared<const std::vector<TrainingLine>>(ended);
    used.swap = {.phase = Phase::Ready, .label = "looked-at at step 160", .training = ended.front().summary.folder, .step = 160, .before = "came", .guard_phase = Phase::Ready,
                 .guard = std::make_shared<const GuardComparison>(GuardComparison{.split = "dev", .queries = 1117, .better = 94, .worse = 61, .before = {.mrr_10 = 0.712}, .after = {.mrr_10 = 0.745}, .moved = {}})};
    scenes.push_back({.name = "training-used", .now = used, .left = "Training", .right = "Trainings"});
    Snapshot none;
    none.workbench.phase = Phase::Ready;
    none.trainings.phase = Phase::Ready;
    none.trainings.list = std::make_shared<const std::vector<TrainingLine>>();
    scenes.push_back({.name = "training-none", .now = none, .left = "Training", .right = "Trainings"});
    scenes.push_back({.name = "training-none-then", .now = none, .left = "Time machine", .right = "Findings"});
    return scenes;
}

} // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        std::fprintf(stderr, "usage: cameo_gallery FOLDER [part of a picture's name]\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    const std::string wanted = argc > 2 ? argv[2] : "";
    std::filesystem::create_directories(folder);
    Stage stage;
    const std::vector<Size> sizes{{"1280", 1280, 720, 1}, {"1920", 1920, 1080, 1}, {"4k", 3840, 2160, 2}};
    for (Scene& scene : make_scenes())
        for (const Size& size : sizes)
            for (const Appearance appearance : {Appearance::Dark, Appearance::Light}) {
                const std::string name = scene.name + "-" + size.name + (appearance == Appearance::Dark ? "-dark" : "-light");
                if (name.find(wanted) == std::string::npos) continue;
                Views views;
                Stage::Shot shot{.width = size.width, .height = size.height, .monitor_scale = size.scale};
                shot.settings.appearance = appearance;
                ImVec2 mouse{scene.mouse.x * size.scale, scene.mouse.y * size.scale};
                const ImVec2 rests = mouse, press{scene.press.x * size.scale, scene.press.y * size.scale};
                if (scene.mouse.x >= 0) shot.mouse = &mouse;
                if (scene.press.x >= 0) {
                    mouse = press;
                    shot.frames = 12;
                }
                shot.draw = [&](int frame) {
                    if (scene.press.x >= 0 && (frame == 3 || frame == 4)) ImGui::GetIO().AddMouseButtonEvent(0, frame == 3);
                    if (frame == 6) mouse = rests;
                    draw_frame(views, scene, size.width, size.height, frame);
                };
                stage.shoot(shot, folder / (name + ".png"));
                std::printf("%s\n", name.c_str());
            }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
