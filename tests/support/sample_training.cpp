#include "tests/support/sample_training.hpp"

#include "core/diagnose/finding.hpp"
#include "tests/support/sample_snapshot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace cameo {
namespace {

constexpr std::int64_t kSteps = 200, kEvery = 20;
constexpr std::size_t kQueries = 40, kDocuments = 60, kGated = 4;

/// A number from 0 to 1 that looks drawn and is always the same.
double drawn(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9E3779B97F4A7C15u + b * 0xC2B2AE3D27D4EB4Fu + 1;
    x ^= x >> 29, x *= 0xBF58476D1CE4E5B9u, x ^= x >> 32;
    return double(x >> 11) / double(std::uint64_t{1} << 53);
}

bool is_gated(SampleTraining kind) { return kind != SampleTraining::Came; }

/// How far a gate has gathered on its first expert, 0 to 1.
double gathered(SampleTraining kind, std::int64_t step) { return kind == SampleTraining::Collapsing ? std::clamp((double(step) - 100) / 60, 0.0, 1.0) : 0.0; }

std::vector<std::string> systems(SampleTraining kind) {
    if (!is_gated(kind)) return {"lexical", "local", "global", "fusion"};
    return {"gate", "expert 1", "expert 2", "expert 3", "expert 4", "fusion"};
}

/// What a system is worth by then, 0 to 1.
double worth(SampleTraining kind, std::size_t system, std::int64_t step, double shift) {
    const double learnt = 1 - std::exp(-double(step) / 60), lost = gathered(kind, step);
    return std::clamp(0.3 + 0.35 * learnt + 0.03 * double(system % 3) - 0.25 * lost + shift, 0.0, 1.0);
}

void add(TrainingNews& news, const std::string& name, std::int64_t step, double value) {
    auto found = std::ranges::find(news.metrics, name, &RecordedMetric::name);
    if (found == news.metrics.end()) found = news.metrics.insert(news.metrics.end(), RecordedMetric{name, {}});
    found->points.push_back({step, value});
}

void add_step(TrainingNews& news, SampleTraining kind, std::int64_t step) {
    const double noise = drawn(7, std::uint64_t(step)) - 0.5;
    add(news, "loss", step, 2.4 * std::exp(-double(step) / 90) + 0.5 + 0.3 * noise);
    add(news, "gradient", step, 1.5 + noise);
    add(news, "rate.experts", step, std::min(1.0, double(step) / 30) * 1e-3);
    add(news, "seconds", step, 0.4 + 0.1 * noise);
    add(news, "tokens_per_second", step, 9000 + 2000 * noise);
    add(news, "memory", step, 6e8 + 1e5 * double(step));
    if (is_gated(kind)) {
        const double one = gathered(kind, step);
        for (const char* role : {"query", "document"}) {
            for (std::size_t expert = 0; expert < kGated; ++expert)
                add(news, std::string("load.") + role + "." + std::to_string(expert + 1), step, std::clamp((expert == 0 ? 0.25 + 0.75 * one : 0.25 * (1 - one)) + 0.03 * noise, 0.0, 1.0));
            add(news, std::string("gate.entropy.") + role, step, 1.2 * (1 - one) + 0.05);
            add(news, std::string("gate.marginal.") + role, step, 1.98 * (1 - one) + 0.06);
            add(news, std::string("gate.information.") + role, step, 0.78 * (1 - one) + 0.01);
            add(news, std::string("gate.margin.") + role, step, 0.4 + 0.5 * one);
        }
        add(news, "gate.agreement", step, 0.6 + 0.4 * one);
        add(news, "gradient.gate", step, 0.02 * (1 - one) + 1e-7);
        add(news, "gradient.experts", step, 1.2 + noise);
    } else {
        std::size_t place = 0;
        for (const char* expert : {"lexical", "local", "global"}) {
            add(news, std::string("loss.") + expert, step, 2 * std::exp(-double(step) / 80) + 0.4 + 0.1 * double(place) + 0.2 * noise);
            add(news, std::string("weight.") + expert, step, 1 + 0.4 * (double(place) - 1) * (1 - std::exp(-double(step) / 50)) + 0.05 * noise);
            const double spread = 0.5 * (1 - std::exp(-double(step) / 50));
            add(news, std::string("weight.") + expert + ".p10", step, 1 + 0.4 * (double(place) - 1) * (1 - std::exp(-double(step) / 50)) - spread);
            add(news, std::string("weight.") + expert + ".p90", step, 1 + 0.4 * (double(place) - 1) * (1 - std::exp(-double(step) / 50)) + spread);
            add(news, std::string("first.") + expert, step, 0.4 + 0.1 * double(place) + 0.1 * noise);
            ++place;
        }
        add(news, "weight.away", step, 0.4 + 0.1 * noise);
        add(news, "terms.query", step, 20 + 5 * noise);
        add(news, "terms.document", step, 180 + 20 * noise);
        add(news, "gradient.layers.local", step, 0.9 + noise / 2);
    }
}

ProbeRecord probe_of(SampleTraining kind, std::size_t query, std::int64_t step) {
    ProbeRecord record{.ranks = {}, .top = {}, .probabilities = {}, .weights = {}, .document_weights = {}};
    const auto count = systems(kind).size();
    for (std::size_t system = 0; system < count; ++system) {
        const double good = worth(kind, system, step, 0) + 0.4 * (drawn(query, system) - 0.5);
        record.ranks.push_back(std::clamp(std::int32_t(std::exp(3.6 * (1 - good))), 1, std::int32_t(kDocuments)));
        for (std::size_t place = 0; place < kProbeDepth; ++place)
            record.top.push_back(std::int32_t(record.ranks.back() == std::int32_t(place) + 1 ? query % kDocuments : (query + 1 + place + (system * std::size_t(step) / 40)) % kDocuments));
    }
    if (!is_gated(kind)) return record;
    const double one = gathered(kind, step);
    const std::size_t own = drawn(query, 99) < one ? 0 : query % kGated;
    for (std::size_t expert = 0; expert < kGated; ++expert) {
        record.probabilities.push_back(expert == own ? 0.7f : 0.1f);
        record.weights.push_back(expert == own ? 0.7f : 0.0f);
        record.document_weights.push_back(expert == (query % 3 == 0 && one == 0 ? (own + 1) % kGated : own) ? 0.6f : 0.0f);
    }
    return record;
}

TrainingLine line(std::string name, TrainingState state, std::string words, std::int64_t step, double best) {
    return {.summary = {.folder = "/home/somebody/trainings/" + name, .name = std::move(name), .state = state, .words = std::move(words), .model = "sbmoe-0", .collection = "debian", .step = step,
                        .steps = kSteps, .best = best, .best_step = step / kEvery * kEvery, .measure = "MRR@10", .started_ms = 1'700'000'000'000, .last_ms = 1'700'000'100'000},
            .marks = {}, .elsewhere = false};
}

} // namespace

std::shared_ptr<const TrainingRecord> sample_record(SampleTraining kind, double shift) {
    TrainingNews news;
    for (std::int64_t step = 0; step <= kSteps; ++step) {
        if (step % kEvery == 0) {
            news.probe_steps.push_back(step);
            const std::size_t first = is_gated(kind) ? 1 : 0;
            for (std::size_t system = first; system + 1 < systems(kind).size(); ++system)
                for (const char* category : {"", ".lexical", ".mixed", ".semantic"})
                    add(news, "wins." + systems(kind)[system] + category, step, 0.05 + 0.03 * double((system + std::string_view(category).size()) % 4) + 0.1 * double(step) / kSteps);
            for (std::size_t system = 0; system < systems(kind).size(); ++system)
                for (const char* category : {".lexical", ".mixed", ".semantic"})
                    add(news, "dev." + systems(kind)[system] + ".MRR@10" + category, step, worth(kind, system, step, shift - 0.02 * double(std::string_view(category).size() - 8)));
            for (std::size_t system = 0; system < systems(kind).size(); ++system)
                for (const char* measure : {"MRR@10", "nDCG@10", "Recall@100", "Recall@1000", "MAP"})
                    add(news, "dev." + systems(kind)[system] + "." + measure, step, worth(kind, system, step, shift));
        }
        if (step > 0) add_step(news, kind, step);
    }
    std::int64_t id = 0;
    const auto happens = [&](std::int64_t step, EventKind kind_of, const char* text) { news.events.push_back({++id, 1'700'000'000'000 + 1000 * step, step, std::string(name(kind_of)), text}); };
    happens(0, EventKind::Started, "8937 queries to train on");
    happens(40, EventKind::Best, "the fusion's MRR@10 is 0.47");
    happens(60, EventKind::Checkpoint, "000060");
    happens(80, EventKind::Command, "set gate.importance=0.1");
    happens(120, EventKind::Warning, "the gate receives no gradient");
    news.commands = {{1, 1, "set", "gate.importance=0.1", CommandState::Done, 2, 80, ""},
                     {2, 3, "set", "optimizer.warmup=3", CommandState::Refused, 4, 90, "optimizer.warmup cannot change while a training runs"}};
    if (kind == SampleTraining::Came) news.commands.push_back({3, 5, "pause", "", CommandState::Pending, 0, 0, ""});
    const auto record = std::make_shared<TrainingRecord>();
    record->take(news);
    return record;
}

Snapshot sample_training(SampleTraining kind) {
    Snapshot now = sample_snapshot();
    now.jobs.clear();
    Trainings& trainings = now.trainings;
    trainings.phase = Phase::Ready;
    trainings.now_ms = 1'700'000'200'000;
    auto lines = std::make_shared<std::vector<TrainingLine>>();
    lines->push_back(line("looked-at", TrainingState::Running, "", kSteps, 0.66));
    lines->push_back(line("waiting", TrainingState::Queued, "waits until looked-at has ended", 0, std::numeric_limits<double>::quiet_NaN()));
    lines->push_back(line("paused", TrainingState::Paused, "", 80, 0.5));
    lines->push_back(line("frozen", TrainingState::Frozen, "its process was stopped from outside; `kill -CONT 4711` lets it go on", 90, 0.52));
    lines->push_back(line("finished", TrainingState::Finished, "all steps are done; the model is that of step 160", kSteps, 0.7));
    lines->push_back(line("interrupted", TrainingState::Interrupted, "interrupted after step 61; begun again it goes on from there", 61, 0.44));
    lines->push_back(line("failed", TrainingState::Failed, "the training diverged at step 31: the loss was inf", 31, 0.4));
    lines->push_back(line("died", TrainingState::Died, "its process ended after step 44 without saying why", 44, 0.41));
    lines->push_back(line("unreadable", TrainingState::Unreadable, "/home/somebody/trainings/unreadable/recipe.json: not JSON", 0, std::numeric_limits<double>::quiet_NaN()));
    lines->push_back(line("copied", TrainingState::Elsewhere, "it was begun on bigmachine: whether it still runs there cannot be seen from here", 120, 0.55));
    (*lines)[4].marks = {.tags = {"paper"}, .note = "The one of the first table.", .archived = false};
    (*lines)[7].marks.archived = true;
    trainings.list = lines;

    Recipe recipe;
    recipe.name = "looked-at";
    recipe.model = kind == SampleTraining::Came ? "came-0" : "sbmoe-0";
    recipe.standardized_steps = kSteps;
    trainings.shown.push_back({.folder = lines->front().summary.folder, .name = "looked-at", .color = 0, .begun = recipe, .recipe = recipe, .record = sample_record(kind), .error = {}, .estimate = TrainingCost{.seconds = 260, .memory_bytes = 700'000'000, .disk_bytes = 120'000'000}, .disk_bytes = 96'000'000});
    trainings.shown.front().recipe.importance = 0.1;
    auto set = std::make_shared<ProbeSet>();
    set->systems = systems(kind);
    for (std::size_t query = 0; query < kQueries; ++query)
        set->queries.push_back({"q" + std::to_string(query), "query number " + std::to_string(query) + " of the dev split", query % 3 == 0 ? "lexical" : query % 3 == 1 ? "semantic" : "mixed", std::int32_t(query % kDocuments)});
    for (std::size_t document = 0; document < kDocuments; ++document) set->documents.push_back({"package-" + std::to_string(document), "Title of package " + std::to_string(document)});
    trainings.probes_phase = Phase::Ready;
    trainings.probe_set = set;
    for (std::int64_t step = 0; step <= kSteps; step += kEvery) {
        auto moment = std::make_shared<ProbeMoment>();
        moment->step = step;
        for (std::size_t query = 0; query < kQueries; ++query) moment->records.push_back(probe_of(kind, query, step));
        trainings.moments.push_back(std::move(moment));
    }
    trainings.checkpoints = {60, 160, 200};
    trainings.diagnosis.phase = Phase::Ready;
    trainings.diagnosis.of = "looked-at";
    trainings.diagnosis.findings = std::make_shared<const std::vector<Finding>>(std::vector<Finding>{
        {.id = "gate.collapse", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = "The gate has collapsed",
         .meaning = "It sends nearly every query and document to one expert, so the others learn nothing.",
         .evidence = {{.words = "effective experts for queries", .value = 1.02, .limit = "of 4; below 1.15 it is collapsed"}, {.words = "agreement", .value = 1, .limit = ""}},
         .remedies = {{.words = "Balance harder.", .set = {"gate.importance=0.15"}}, {.words = "Look at what changed at step 100.", .set = {}}}, .view = "Training"},
        {.id = "gate.specialised", .severity = Severity::Note, .sureness = Sureness::Likely, .title = "The gate has specialised", .meaning = "Different queries go to different experts.", .evidence = {}, .remedies = {}, .view = ""}});
    trainings.recipes = std::make_shared<const std::vector<RecipeOffer>>(std::vector<RecipeOffer>{{"demo-sbmoe", "/assets/recipes/demo-sbmoe.json"}});
    return now;
}

} // namespace cameo
