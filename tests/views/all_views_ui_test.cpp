#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"
#include "tests/support/sample_map.hpp"
#include "tests/support/sample_missing.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/support/sample_training.hpp"
#include "tests/views/every_view.hpp"
#include "tests/views/scene.hpp"
#include "views/search_bar.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace cameo {
namespace {

/// Every state, size and scale is drawn: nothing may assert.
TEST(AllViews, DrawEveryState) {
    UiHarness ui;
    std::vector<Snapshot> states;
    states.push_back({});
    states.push_back(first_run_snapshot());
    for (const std::size_t experts : {1, 2, 3, 8})
        states.push_back(sample_snapshot({.experts = experts, .fusion = {.method = FusionMethod::ZScore}}));
    states.push_back(sample_snapshot({.documents = 10'000}));
    for (const SampleGate kind : {SampleGate::Specialised, SampleGate::Collapsed, SampleGate::Undecided}) states.push_back(sample_gate(kind));
    states.push_back(sample_gate(SampleGate::Specialised, 2));
    states.back().storm = sample_storm(*states.back().trace);
    states.push_back(sample_gate(SampleGate::Specialised, 8)); // with the storm of another gate
    states.back().storm = states[states.size() - 2].storm;
    for (const std::size_t experts : {1, 2, 3, 4}) {
        Snapshot measured = sample_snapshot({.experts = experts});
        measured.judged = sample_judged(30, experts);
        states.push_back(measured);
        measured.trace = nullptr; // figures over all queries, and no query on screen
        states.push_back(measured);
        // Another model was opened and measured while a result of the one before is still on screen.
        Snapshot mixed = sample_snapshot({.experts = experts == 3 ? 2U : 3U});
        mixed.judged = sample_judged(30, experts);
        states.push_back(mixed);
        mixed = sample_gate(SampleGate::Specialised, experts + 1);
        mixed.judged = sample_judged(30, experts);
        mixed.gate = sample_gate(SampleGate::Collapsed, 6).gate;
        states.push_back(mixed);
    }
    for (const SampleMissing kind : {SampleMissing::Depth, SampleMissing::Fusion, SampleMissing::Search}) {
        states.push_back(sample_missing(kind));
        states.back().own = {.grades = std::make_shared<const Grades>(Grades{{"cmus", 9}, {"moc", 0}, {"nowhere", -1}}), .queries = 1, .documents = 3};
        states.push_back(states.back());
        states.back().trace = nullptr; // an answer, and nothing on screen any more
        states.push_back(sample_missing(kind)); // of another model than the result on screen
        states.back().trace = sample_snapshot({.experts = 2}).trace;
    }
    for (const SampleTraining kind : {SampleTraining::Came, SampleTraining::Gated, SampleTraining::Collapsing}) states.push_back(sample_training(kind));
    for (const Phase phase : {Phase::Loading, Phase::Failed}) {
        states.push_back(sample_missing());
        states.back().missing.found.reset();
        states.back().missing.phase = states.back().documents.phase = phase;
        states.back().missing.error = states.back().documents.error = "what went wrong";
    }
    states.push_back(sample_map());
    states.push_back(sample_map());
    states.back().trace = nullptr;
    states.push_back(sample_map()); // of another model than the result on screen
    auto another = std::make_shared<Trace>(*states.back().trace);
    another->model_version = "another";
    states.back().trace = another;
    for (const Phase phase : {Phase::Loading, Phase::Failed}) {
        states.push_back(sample_map());
        states.back().map.phase = phase;
        states.back().map.error = "what went wrong";
    }
    for (const Phase phase : {Phase::Empty, Phase::Loading, Phase::Ready, Phase::Failed}) {
        Snapshot state = sample_snapshot();
        state.trace = nullptr;
        state.ledger = nullptr;
        state.workbench.phase = state.query_phase = state.ledger_phase = phase;
        state.workbench.error = state.query_error = state.ledger_error = "what went wrong";
        states.push_back(state);
        state.trace = sample_snapshot().trace;
        state.trace_recorded = true;
        states.push_back(state);
    }
    for (const IndexSettings& wanted : {IndexSettings{.local_bits = 2, .global_structure = "IVF64,Flat"}, {.in_milvus = true, .address = "elastic://host"}}) {
        Snapshot planned = sample_snapshot();
        planned.workbench.index->experts = {{.name = "local", .kind = ExpertKind::Local, .structure = "16 centroids, 2 bits", .bytes_per_document = 900, .truncated_documents = 3, .drift = 1.4}};
        planned.index_plan = {.is_there = true, .wanted = wanted, .refusal = wanted.in_milvus ? "that is no address" : "", .forecast = IndexForecast{.seconds = 80}};
        states.push_back(planned);
        planned.workbench.building = true;
        states.push_back(planned);
    }
    Snapshot odd = sample_snapshot();
    auto strange = std::make_shared<Trace>(*odd.trace);
    for (auto& document : strange->documents)
        document.raw.assign(document.raw.size(), NAN);
    for (auto& hit : strange->fused) {
        hit.score = NAN;
        hit.used.assign(hit.used.size(), INFINITY);
    }
    strange->timings.total_ms = NAN;
    odd.trace = strange;
    states.push_back(odd);
    auto nothing = std::make_shared<Trace>(*odd.trace);
    nothing->documents.clear();
    nothing->fused.clear();
    odd.trace = nothing;
    states.push_back(odd);
    // Texts that are long, run from right to left, or are no texts.
    Snapshot texts = sample_snapshot({.documents = 300});
    auto written = std::make_shared<Trace>(*texts.trace);
    const std::string arabic = "\u0645\u0648\u0633\u064A\u0642\u0649 \u0641\u064A \u0627\u0644\u0637\u0631\u0641\u064A\u0629 ", broken = "\xF0\x9F half \xC3( \x01\x07";
    for (int times = 0; times < 200; ++times) written->query += arabic + broken + std::string(40, 'W');
    for (auto& document : written->documents) {
        document.title = document.snippet = written->query;
        document.gate = {};
    }
    written->experts[0].name = std::string(300, 'M');
    auto wordy = std::make_shared<Ledger>(*texts.ledger);
    wordy->title = written->query;
    for (TermPart& term : wordy->experts[0].terms) term.word = written->query;
    texts.trace = written;
    texts.ledger = wordy;
    texts.words = query_words(written->query);
    states.push_back(texts);
    Snapshot one_row = sample_snapshot({.documents = 1});
    states.push_back(one_row);
    // Anything beside anything that is pinned: other experts, other figures, nothing.
    const std::size_t unpinned = states.size();
    for (std::size_t shift : {1, 5})
        for (std::size_t state = 0; state < unpinned; ++state) {
            states.push_back(states[state]);
            states.back().pin = Pin{.kind = Pin::Kind::Setting, .label = "what is pinned", .then = std::make_shared<Snapshot>(states[(state + shift) % unpinned])};
        }

    const EveryView every;
    SearchBar bar;
    bool changes = false;
    for (const auto& now : states)
        for (const ImVec2 size : {ImVec2{1600, 900}, ImVec2{420, 300}, ImVec2{160, 96}})
            for (const float scale : {0.75f, 3.0f}) {
                ui.settings = {.appearance = scale > 1 ? Appearance::Light : Appearance::Dark, .ui_scale = scale};
                changes = !changes;
                for (const auto& view : every.views) view->show_changes(changes);
                ui.draw_frames(3, [&](Commands& out) {
                    for (const auto& view : every.views) {
                        view->draw(now, out);
                        fill(*view, size);
                    }
                    ImGui::SetNextWindowPos({0, 0});
                    ImGui::SetNextWindowSize(size);
                    ImGui::Begin("Bar");
                    bar.draw(now, out);
                    ImGui::End();
                });
            }
    SUCCEED();
}

} // namespace
} // namespace cameo
