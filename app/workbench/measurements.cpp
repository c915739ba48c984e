#include "app/workbench/measurements.hpp"

#include "core/eval/evaluation.hpp"
#include "core/eval/noise_storm.hpp"
#include "core/eval/score_judged.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace cameo {

std::optional<Measurements::Of> Measurements::of(const SearchEnginePointer& engine) {
    if (!engine) return {};
    return Of{engine->model().version(), engine->collection().version(), engine->index().info().documents};
}

void Measurements::follow(const SearchEnginePointer& engine, std::vector<std::string> splits) {
    const bool reopened = engine != m_engine;
    m_engine = engine;
    const auto now = of(engine);
    // What is being made belongs to what was open before, even where that has been opened again.
    if (m_judged_of != now || (reopened && m_judged.phase == Phase::Loading)) {
        if (m_judged_of != now) keep_as_guests();
        forget();
    }
    if (m_gate_of != now || (reopened && m_gate.phase == Phase::Loading)) {
        m_jobs.cancel_tag("gate");
        m_gate = {};
        m_gate_of.reset();
    }
    if (reopened) {
        m_jobs.cancel_tag("storm");
        m_storm = {};
    }
    m_judged.splits = std::move(splits);
    if (std::ranges::find(m_judged.splits, m_judged.split) == m_judged.splits.end())
        m_judged.split = m_judged.splits.empty() ? std::string() : m_judged.splits.front();
    // What a person tunes on is not what is reported: test comes first where there is one.
    if (!m_judged.scores && std::ranges::find(m_judged.splits, "test") != m_judged.splits.end()) m_judged.split = "test";
}

void Measurements::forget() {
    for (const char* tag : {"judged", "judged evaluation", "judged mixes", "judged experts"}) m_jobs.cancel_tag(tag);
    m_judged = {.splits = std::move(m_judged.splits), .split = std::move(m_judged.split)};
    m_judged_of.reset();
    m_laying_out.reset();
}

void Measurements::keep_as_guests() {
    const auto& evaluation = m_judged.evaluation;
    if (!evaluation || !m_judged_of) return;
    std::erase_if(m_guests, [&](const Guest& guest) { return guest.model_version == m_judged_of->model_version && guest.collection_version == m_judged.scores->collection_version && guest.split == m_judged.scores->split; });
    const SystemResult* best = nullptr;
    const auto keep = [&](const SystemResult& system) {
        SystemResult guest = system;
        guest.name = evaluation->model + "/" + system.name;
        guest.kind = "other model";
        m_guests.push_back({.name = guest.name, .run = nullptr, .measured = std::move(guest), .model_version = m_judged_of->model_version,
                            .collection_version = m_judged.scores->collection_version, .split = evaluation->split, .documents = m_judged.scores->documents});
    };
    for (const SystemResult& system : evaluation->systems) {
        if (system.kind == "expert") keep(system);
        // Of its fusions the best: every system more is tested against every other one.
        if (system.kind == "fusion" && (!best || value(system.mean, evaluation->primary) > value(best->mean, evaluation->primary))) best = &system;
    }
    if (best) keep(*best);
}

std::vector<SystemResult> Measurements::as_systems(const std::vector<Guest>& guests, const JudgedScores& scores) {
    std::vector<SystemResult> systems;
    for (const Guest& guest : guests) {
        if (guest.collection_version != scores.collection_version || guest.split != scores.split) continue;
        if (!guest.run) { // of another model, over as many documents
            if (guest.model_version != scores.model_version && guest.documents == scores.documents) systems.push_back(guest.measured);
            continue;
        }
        systems.push_back(evaluate_run(*guest.run, scores.judged));
        systems.back().name = guest.name;
        systems.back().kind = "run file";
    }
    return systems;
}

void Measurements::add_run(std::shared_ptr<const RunFile> run) {
    if (!m_judged.scores) return;
    const auto taken = [&](const std::string& name) {
        if (std::ranges::find(m_guests, name, &Guest::name) != m_guests.end()) return true;
        return m_judged.evaluation && std::ranges::find(m_judged.evaluation->systems, name, &SystemResult::name) != m_judged.evaluation->systems.end();
    };
    std::string name = run->tag;
    for (int number = 2; taken(name); ++number) name = run->tag + " " + std::to_string(number);
    m_guests.push_back({.name = name, .run = std::move(run), .measured = {}, .model_version = {}, .collection_version = m_judged.scores->collection_version, .split = m_judged.scores->split,
                        .documents = m_judged.scores->documents});
    evaluate();
}

void Measurements::drop_system(const std::string& name) {
    if (std::erase_if(m_guests, [&](const Guest& guest) { return guest.name == name; }) > 0 && m_judged.scores) evaluate();
}

void Measurements::measure(const std::string& split) {
    if (!m_engine || m_judged.phase == Phase::Loading) return;
    forget();
    m_judged.split = split;
    m_judged.phase = Phase::Loading;
    m_judged_of = of(m_engine);
    struct Scored {
        std::shared_ptr<const JudgedScores> scores;
        std::shared_ptr<const std::vector<CompetitionInstance>> instances;
    };
    const auto score = [engine = m_engine, sources = m_sources, split](JobContext& job) {
        const auto bm25 = sources->bm25 ? sources->bm25(engine->collection(), job) : nullptr;
        Scored scored;
        scored.scores = std::make_shared<const JudgedScores>(sources->score_judged ? sources->score_judged(*engine, bm25.get(), split, job)
                                                                                   : score_judged(*engine, bm25.get(), {.split = split}, job));
        scored.instances = std::make_shared<const std::vector<CompetitionInstance>>(competition_instances(*scored.scores));
        return scored;
    };
    m_jobs.submit({.name = fmt::format("Measure {} queries of {}", split, m_engine->collection().name()), .tag = "judged", .lane = Lane::Long},
                  score, [this, engine = m_engine](JobOutcome<Scored> outcome) {
                      if (engine != m_engine) return; // of what is not open any more
                      if (!outcome.value) {
                          m_judged.phase = outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                          m_judged.error = outcome.error;
                          return;
                      }
                      m_judged.scores = std::move(outcome.value->scores);
                      m_judged.instances = std::move(outcome.value->instances);
                      m_judged.phase = Phase::Ready;
                      m_judged.measure = primary_measure(m_judged.scores->judged.qrels);
                      evaluate();
                      lay_out_mixes();
                      specialise_again();
                  });
}

void Measurements::evaluate() {
    struct Compared {
        std::shared_ptr<const Evaluation> evaluation;
        std::shared_ptr<const std::vector<std::vector<MeanInterval>>> intervals;
    };
    const auto compare = [scores = m_judged.scores, guests = m_guests](JobContext& job) {
        Compared compared;
        compared.evaluation = std::make_shared<const Evaluation>(evaluate_scores(*scores, usual_fusions(scores->linear), job, as_systems(guests, *scores)));
        compared.intervals = std::make_shared<const std::vector<std::vector<MeanInterval>>>(mean_intervals(*compared.evaluation, job));
        return compared;
    };
    // Behind what a person waits for: these take seconds, and queries have two threads.
    m_jobs.submit({.name = "Compare experts and fusions", .tag = "judged evaluation", .lane = Lane::Long, .listing = Listing::Never}, compare,
                  [this, scores = m_judged.scores](JobOutcome<Compared> outcome) {
                      if (scores != m_judged.scores) return;
                      m_judged.evaluation_trouble = outcome.error;
                      if (!outcome.value) return;
                      m_judged.evaluation = std::move(outcome.value->evaluation);
                      m_judged.intervals = std::move(outcome.value->intervals);
                  });
}

void Measurements::lay_out_mixes() {
    const auto& scores = m_judged.scores;
    if (!scores || (scores->experts.size() != 2 && scores->experts.size() != 3)) return;
    const FusionFieldOptions options{.method = mixing_method(m_fusion.method), .rrf_k = m_fusion.rrf_k};
    if (m_judged.field && m_judged.field->options == options) { // what was being made is not wanted any more
        m_jobs.cancel_tag("judged mixes");
        m_laying_out.reset();
        return;
    }
    if (m_laying_out == options) return;
    m_laying_out = options;
    const auto lay_out = [scores, options](JobContext& job) {
        return std::make_shared<const FusionField>(fusion_field(*scores, options, job));
    };
    m_jobs.submit({.name = "Try every mix of the experts", .tag = "judged mixes", .lane = Lane::Long, .listing = Listing::Never}, lay_out,
                  [this, scores, options](JobOutcome<std::shared_ptr<const FusionField>> made) {
                      if (scores != m_judged.scores || m_laying_out != options) return;
                      m_laying_out.reset();
                      m_judged.field_trouble = made.error;
                      if (made.value) m_judged.field = std::move(*made.value);
                  });
}

void Measurements::specialise_again() {
    const auto& scores = m_judged.scores;
    if (!scores) return;
    struct Made {
        std::shared_ptr<const Specialisation> specialisation;
        Measures fusion;
    };
    const auto make = [scores, fusion = m_fusion, measure = m_judged.measure, slices = m_slices](JobContext& job) {
        Made made;
        made.fusion = mean(measure_fusion(*scores, fusion, &job), scores->judged.all);
        made.specialisation = std::make_shared<const Specialisation>(specialise(*scores, fusion, measure, job, own_parts(slices, scores->judged.queries)));
        return made;
    };
    m_judged.following = true;
    m_jobs.submit({.name = "Compare the experts", .tag = "judged experts", .listing = Listing::Never}, make,
                  [this, scores](JobOutcome<Made> made) {
                      if (scores != m_judged.scores) return;
                      m_judged.following = false;
                      m_judged.specialisation_trouble = made.error;
                      // Figures of another fusion are not left under this one's name.
                      if (made.state == JobState::Failed) m_judged.specialisation.reset();
                      if (!made.value) return;
                      m_judged.specialisation = std::move(made.value->specialisation);
                      m_judged.fusion = made.value->fusion;
                  });
}

void Measurements::use(const FusionSpec& fusion) {
    if (fusion == m_fusion) return;
    m_fusion = fusion;
    if (!m_judged.scores) return;
    m_judged.fusion.reset();
    lay_out_mixes();
    specialise_again();
}

void Measurements::use_slices(std::vector<OwnSlice> slices) {
    if (slices == m_slices) return;
    m_slices = std::move(slices);
    if (m_judged.scores) specialise_again();
}

void Measurements::judge_by(int measure) {
    if (measure == m_judged.measure || measure < 0 || measure >= kMeasureCount) return;
    m_judged.measure = measure;
    specialise_again();
}

void Measurements::read_gate() {
    if (!m_engine || m_gate.phase == Phase::Loading) return;
    m_gate = {.phase = Phase::Loading};
    m_gate_of = of(m_engine);
    using Report = std::shared_ptr<const GateReport>;
    const auto read = [engine = m_engine, split = m_judged.split](JobContext& job) {
        GateReportOptions options;
        if (!split.empty()) options.split = split;
        return std::make_shared<const GateReport>(report_gate(engine->model(), engine->collection(), &engine->index(), options, job));
    };
    m_jobs.submit({.name = fmt::format("Read the gate of {}", m_engine->model().name()), .tag = "gate", .lane = Lane::Long}, read,
                  [this, engine = m_engine](JobOutcome<Report> outcome) {
                      if (engine != m_engine) return; // of what is not open any more
                      m_gate.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_gate.error = outcome.error;
                      if (outcome.value) m_gate.report = std::move(*outcome.value);
                  });
}

void Measurements::storm_gate(std::shared_ptr<const Trace> trace) {
    if (!m_engine || !trace) return;
    m_storm = {.phase = Phase::Loading, .of = trace->id};
    using Storm = std::shared_ptr<const NoiseStorm>;
    const auto draw = [engine = m_engine, trace](JobContext& job) {
        return std::make_shared<const NoiseStorm>(cameo::storm_gate(*engine, *trace, {}, job));
    };
    m_jobs.submit({.name = "Noise storm on " + trace->query, .tag = "storm", .listing = Listing::Never}, draw,
                  [this, engine = m_engine, id = trace->id](JobOutcome<Storm> outcome) {
                      if (engine != m_engine || id != m_storm.of) return; // of what is not open, or not asked for, any more
                      m_storm.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_storm.error = outcome.error;
                      if (outcome.value) m_storm.storm = std::move(*outcome.value);
                  });
}

} // namespace cameo
