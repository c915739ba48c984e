#include "core/train/fusion/learn_fusion.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"
#include "core/train/fusion/lesson_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cameo {

namespace {

using Lessons = std::vector<const FusionLesson*>;

/// By the ids' hashes: the same query is in the same fold, whatever the order or the number of the others' texts.
std::vector<std::size_t> folds_of(const std::vector<Query>& queries, std::size_t folds, std::uint64_t seed) {
    std::vector<std::uint64_t> hashes;
    for (const Query& query : queries)
        hashes.push_back(checksum64(std::as_bytes(std::span(query.id)), seed));
    std::vector<std::size_t> order(queries.size()), fold(queries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return hashes[a] < hashes[b]; });
    for (std::size_t position = 0; position < order.size(); ++position)
        fold[order[position]] = position % folds;
    return fold;
}

SystemResult& add(Evaluation& evaluation, std::string name, const char* kind) {
    evaluation.systems.push_back({.name = std::move(name), .kind = kind});
    evaluation.systems.back().per_query.resize(evaluation.query_ids.size());
    return evaluation.systems.back();
}

/// What needs no fitting.
void measure_given(const LessonBook& book, const Model& model, Evaluation& evaluation) {
    const std::vector<double> alike(book.experts(), 1.0);
    evaluation.systems.reserve(book.experts() + 6); // so that references stay
    for (std::size_t expert_idx = 0; expert_idx < book.experts(); ++expert_idx) {
        SystemResult& expert = add(evaluation, model.experts()[expert_idx].name, "expert");
        for (std::size_t query = 0; query < book.size(); ++query)
            expert.per_query[query] = book.expert(query, expert_idx);
    }
    SystemResult& sum = add(evaluation, "fusion:sum", "fusion");
    SystemResult& zscore = add(evaluation, "fusion:zscore", "fusion");
    for (std::size_t query = 0; query < book.size(); ++query) {
        sum.per_query[query] = book.plain_sum(query);
        zscore.per_query[query] = book.weighed(query, alike);
    }
}

void measure_oracle(const LessonBook& book, Evaluation& evaluation) {
    SystemResult& oracle = add(evaluation, "oracle", "oracle");
    for (std::size_t query = 0; query < book.size(); ++query) {
        Measures& best = oracle.per_query[query] = book.expert(query, 0);
        for (std::size_t expert_idx = 1; expert_idx < book.experts(); ++expert_idx)
            if (const Measures other = book.expert(query, expert_idx);
                value(other, evaluation.primary) > value(best, evaluation.primary))
                best = other;
    }
}

/// Every query under what was fitted without its fold.
void cross_validate(const LessonBook& book, const FusionFitOptions& options, Progress& progress,
                    Evaluation& evaluation) {
    const auto folds = static_cast<std::size_t>(options.folds);
    const std::vector<std::size_t> fold_of = folds_of(book.judged().queries, folds, options.seed);
    SystemResult& weighted = add(evaluation, "fusion:weighted", "fusion");
    SystemResult& linear = add(evaluation, "fusion:linear", "fusion");
    SystemResult& adaptive = add(evaluation, "fusion:adaptive", "fusion");
    progress.begin("cross-validating", Unit::Steps, options.folds);
    const auto stop = [&] { progress.check_cancelled(); };
    parallel_for(folds, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t fold = begin; fold < end; ++fold) {
            Lessons others, raw;
            for (std::size_t query = 0; query < book.size(); ++query)
                if (fold_of[query] != fold) {
                    others.push_back(&book.lesson(query));
                    raw.push_back(&book.raw_lesson(query));
                }
            const std::vector<double> raw_weights = fit_linear(raw, book.experts(), options.prior, stop);
            const std::vector<double> weights = fit_linear(others, book.experts(), options.prior, stop);
            const FusionGate gate = fit_gate(others, book.experts(), options.prior, stop);
            for (std::size_t query = 0; query < book.size(); ++query) {
                if (fold_of[query] != fold) continue;
                weighted.per_query[query] = book.weighed_raw(query, raw_weights);
                linear.per_query[query] = book.weighed(query, weights);
                adaptive.per_query[query] =
                    book.weighed(query, predicted_weights(gate, book.lesson(query).features));
            }
            progress.advance();
        }
    });
}

void check_enough(const LessonBook& book, const SearchEngine& engine, const FusionFitOptions& options) {
    std::size_t teach = 0;
    for (std::size_t query = 0; query < book.size(); ++query)
        teach += book.lesson(query).teaches() ? 1 : 0;
    const auto least = static_cast<std::size_t>(2 * options.folds);
    if (teach < least)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("collection {}, split {}: {} queries have an answer among the experts' candidates, at "
                                "least {} are needed for {} folds",
                                engine.collection().name(), options.split, teach, least, options.folds));
}

} // namespace

FusionFit learn_fusion(const SearchEngine& engine, const FusionFitOptions& options, Progress& progress) {
    const auto infos = engine.model().experts();
    if (infos.size() < 2)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("model {} has one expert: there is nothing to fuse", engine.model().name()));
    check(options.folds >= 2 && options.depth >= 1, "learn_fusion: at least 2 folds and 1 candidate");
    const LessonBook book(engine, options.split, options.depth, progress);
    check_enough(book, engine, options);

    FusionFit fit;
    Evaluation& evaluation = fit.evaluation;
    evaluation.model = engine.model().name();
    evaluation.collection = engine.collection().name();
    evaluation.split = options.split;
    for (const Query& query : book.judged().queries) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.primary = primary_measure(book.judged().qrels);
    measure_given(book, engine.model(), evaluation);
    cross_validate(book, options, progress, evaluation);
    measure_oracle(book, evaluation);
    for (SystemResult& system : evaluation.systems)
        summarise(system, book.judged());

    progress.begin("fitting on all queries", Unit::Steps);
    const auto stop = [&] { progress.check_cancelled(); };
    Lessons all, raw;
    for (std::size_t query = 0; query < book.size(); ++query) {
        all.push_back(&book.lesson(query));
        raw.push_back(&book.raw_lesson(query));
    }
    fit.weighted = fit_linear(raw, infos.size(), options.prior, stop);
    for (const ExpertInfo& info : infos)
        fit.learned.experts.push_back(info.name);
    fit.learned.linear = fit_linear(all, infos.size(), options.prior, stop);
    fit.learned.gate = fit_gate(all, infos.size(), options.prior, stop);

    const std::size_t first = infos.size();
    const SystemResult &sum = evaluation.systems[first], &zscore = evaluation.systems[first + 1],
                       &weighted = evaluation.systems[first + 2], &linear = evaluation.systems[first + 3],
                       &adaptive = evaluation.systems[first + 4];
    evaluation.tests = {compare(weighted, sum, evaluation.primary), compare(weighted, linear, evaluation.primary),
                        compare(linear, zscore, evaluation.primary), compare(adaptive, zscore, evaluation.primary),
                        compare(adaptive, linear, evaluation.primary)};
    correct(evaluation.tests);

    const char* measure = measure_name(evaluation.primary);
    fit.learned.provenance = {
        {"model version", engine.model().version()},
        {"collection", evaluation.collection},
        {"split", options.split},
        {"queries", std::to_string(book.size())},
        {"depth", std::to_string(options.depth)},
        {"cross-validated", fmt::format("{} in {} folds, seed {}: z-score sum {:.4f}, linear {:.4f}, adaptive {:.4f}",
                                        measure, options.folds, options.seed, value(zscore.mean, evaluation.primary),
                                        value(linear.mean, evaluation.primary),
                                        value(adaptive.mean, evaluation.primary))}};
    return fit;
}

} // namespace cameo
