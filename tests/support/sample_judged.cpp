#include "tests/support/sample_judged.hpp"

#include <array>
#include <random>
#include <string>

namespace cameo {

JudgedScores sample_scores(std::size_t queries, std::size_t experts, bool learned) {
    constexpr std::array<const char*, 3> kCategories{"lexical", "mixed", "semantic"};
    constexpr std::array<const char*, 4> kSections{"games", "sound", "utils", "web"};
    constexpr std::array<const char*, 4> kNames{"lexical", "local", "global", "fourth"};
    constexpr std::size_t kDocuments = 60;
    JudgedScores scores;
    scores.model = "demo";
    scores.model_version = "m1";
    scores.collection = "debian";
    scores.collection_version = "c1";
    scores.documents = 3000;
    scores.split = "test";
    scores.depth = 1000;
    for (std::size_t expert = 0; expert < experts; ++expert) {
        scores.experts.emplace_back(kNames[expert % kNames.size()]);
        scores.kinds.push_back(expert == 0 ? ExpertKind::Lexical : expert == 1 ? ExpertKind::Local : ExpertKind::Global);
    }
    if (learned) scores.linear = std::vector<double>(experts, 1.0);
    if (learned) scores.linear->front() = 0.6;
    scores.has_bm25 = true;
    std::mt19937 random(7);
    const auto uniform = [&] { return static_cast<double>(random() % 10000) / 10000; };
    for (std::size_t query = 0; query < queries; ++query) {
        const std::size_t category = query % 3;
        const std::string id = "t" + std::to_string(query);
        scores.judged.queries.push_back({id, "made-up " + std::string(kCategories[category]) + " query number " + std::to_string(query), kCategories[category]});
        scores.judged.qrels[id]["d" + std::to_string(query)] = 1;
        scores.judged.all.push_back(query);
        scores.judged.by_category[kCategories[category]].push_back(query);
        scores.slices["category"].emplace_back(kCategories[category]);
        scores.slices["section"].emplace_back(kSections[query % 4]);
        ScoredQuery scored;
        for (std::size_t document = 0; document < kDocuments; ++document) {
            scored.documents.push_back(static_cast<DocumentOrdinal>(document));
            scored.brought_by.push_back((1U << experts) - 1);
            for (std::size_t expert = 0; expert < experts; ++expert) {
                double score = uniform();
                // The answer is the tenth: who is good at this kind of query puts it high.
                const double skill = experts < 2 ? 0.5 : expert == 0 ? 0.55 - 0.25 * static_cast<double>(category)
                                                       : expert + 1 == experts ? 0.05 + 0.22 * static_cast<double>(category) : 0.35;
                if (document == 10) score += skill;
                scored.raw.push_back(static_cast<float>(score * (expert == 0 ? 20 : expert == 1 ? 4 : 1)));
            }
        }
        scored.relevant = {{10, 1}};
        for (std::size_t expert = 0; learned && expert < experts; ++expert)
            scored.query_weights.push_back(0.6 + 0.8 * uniform());
        scored.bm25.mrr_10 = scored.bm25.ndcg_10 = scored.bm25.map = query % 2 == 0 ? 0.5 : 0;
        scores.queries.push_back(std::move(scored));
    }
    return scores;
}

Judged sample_judged(std::size_t queries, std::size_t experts, const FusionSpec& fusion) {
    Judged judged{.splits = {"dev", "test"}, .split = "test", .phase = Phase::Ready};
    judged.scores = std::make_shared<const JudgedScores>(sample_scores(queries, experts));
    judged.instances = std::make_shared<const std::vector<CompetitionInstance>>(competition_instances(*judged.scores));
    Progress progress;
    judged.evaluation = std::make_shared<const Evaluation>(evaluate_scores(*judged.scores, usual_fusions(judged.scores->linear), progress));
    judged.intervals = std::make_shared<const std::vector<std::vector<MeanInterval>>>(mean_intervals(*judged.evaluation, progress));
    if (experts == 2 || experts == 3)
        judged.field = std::make_shared<const FusionField>(fusion_field(*judged.scores, {.method = mixing_method(fusion.method), .steps = 30}, progress));
    judged.specialisation = std::make_shared<const Specialisation>(specialise(*judged.scores, fusion, 0, progress));
    judged.fusion = mean(measure_fusion(*judged.scores, fusion), judged.scores->judged.all);
    return judged;
}

} // namespace cameo
