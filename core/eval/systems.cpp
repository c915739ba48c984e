#include "core/eval/systems.hpp"

#include "core/eval/judged_split.hpp"
#include "core/jobs/parallel.hpp"

#include <utility>

namespace cameo {

void summarise(SystemResult& system, const JudgedSplit& judged) {
    system.mean = mean(system.per_query, judged.all);
    for (const auto& [category, places] : judged.by_category)
        system.by_category[category] = mean(system.per_query, places);
}

std::vector<std::vector<MeanInterval>> mean_intervals(const Evaluation& evaluation, Progress& progress) {
    std::vector<std::vector<MeanInterval>> intervals(evaluation.systems.size());
    parallel_for(intervals.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t system = begin; system < end; ++system)
            for (int measure = 0; measure < kMeasureCount; ++measure) {
                progress.check_cancelled();
                std::vector<double> values;
                for (const Measures& one : evaluation.systems[system].per_query)
                    values.push_back(value(one, measure));
                intervals[system].push_back(mean_interval(values));
            }
    });
    return intervals;
}

SignificanceResult compare(const SystemResult& a, const SystemResult& b, int measure_idx) {
    const auto values = [&](const SystemResult& system) {
        std::vector<double> list;
        for (const Measures& measures : system.per_query)
            list.push_back(value(measures, measure_idx));
        return list;
    };
    const std::vector<double> values_a = values(a), values_b = values(b);
    const Interval interval = bootstrap_interval(values_a, values_b);
    return {.a = a.name,
            .b = b.name,
            .measure = measure_name(measure_idx),
            .difference = value(a.mean, measure_idx) - value(b.mean, measure_idx),
            .p = randomisation_test(values_a, values_b),
            .low = interval.low,
            .high = interval.high};
}

void correct(std::vector<SignificanceResult>& tests) {
    std::vector<double> p;
    for (const SignificanceResult& test : tests)
        p.push_back(test.p);
    const std::vector<double> corrected = holm(p);
    for (std::size_t test = 0; test < tests.size(); ++test)
        tests[test].p_holm = corrected[test];
}

void compare_all(Evaluation& evaluation, Progress& progress) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t a = 0; a < evaluation.systems.size(); ++a)
        for (std::size_t b = a + 1; b < evaluation.systems.size(); ++b)
            pairs.emplace_back(a, b);

    progress.begin("testing differences", Unit::Steps, static_cast<std::int64_t>(pairs.size()));
    evaluation.tests.resize(pairs.size());
    parallel_for(pairs.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t pair = begin; pair < end; ++pair) {
            evaluation.tests[pair] = compare(evaluation.systems[pairs[pair].first],
                                             evaluation.systems[pairs[pair].second], evaluation.primary);
            progress.advance();
        }
    });
    correct(evaluation.tests);
}

} // namespace cameo
