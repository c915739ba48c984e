#pragma once

#include "core/base/folders.hpp"
#include "core/model/came/create_came.hpp"
#include "core/train/trainer.hpp"
#include "core/train/training_data.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/memory_collection.hpp"

#include <random>
#include <set>

namespace cameo {

/// A collection in the words that the fixture's encoder knows, with judged queries: each is three words of its document.
class TinyTraining {
public:
    explicit TinyTraining(std::size_t documents = 60, std::size_t queries = 40) {
        std::mt19937 random(7);
        const auto word = [&] {
            static const char* const words[] = {"play", "music", "in", "the", "terminal", "a", "fast", "small", "of", "tiny", "player", "plays"};
            return std::string(words[random() % 12]);
        };
        std::vector<Document> all;
        std::set<std::string> seen;
        while (all.size() < documents) {
            std::string text = word();
            for (int more = 0; more < 5; ++more) text += " " + word();
            if (seen.insert(text).second)
                all.push_back({.id = "d" + std::to_string(all.size()), .title = {}, .text = text, .fields = {}});
        }
        std::vector<Query> asked;
        Qrels qrels;
        for (std::size_t q = 0; q < queries; ++q) {
            const auto& text = all[q % documents].text;
            const auto id = "q" + std::to_string(q);
            asked.push_back({id, text.substr(0, text.find(' ', text.size() / 2)), q % 2 ? "odd" : "even"});
            qrels[id] = {{all[q % documents].id, 1}};
        }
        auto memory = std::make_shared<MemoryCollection>(std::move(all));
        memory->judge("train", std::move(asked), std::move(qrels));
        m_collection = std::move(memory);
        m_queries = training_queries(*m_collection, "train");
        Progress progress;
        m_bm25 = Bm25::build(*m_collection, {}, progress);
        m_negatives = bm25_negatives(*m_bm25, m_queries, 20, progress);
        create_came({.name = "tiny", .from = model_data("bert-mlm").string(), .shared = 1, .own = 1, .local_width = 6,
                     .query_tokens = 16, .document_tokens = 24, .active_terms = 5},
                    texts(), progress);
    }

    std::filesystem::path model() const { return folders().models() / "tiny"; }
    std::filesystem::path folder(const std::string& name) const {
        const auto folder = m_home / ("trainings/" + name);
        std::filesystem::create_directories(folder);
        return folder;
    }
    TrainingData data() const { return {model(), m_collection, m_bm25}; }
    const std::shared_ptr<const Collection>& collection() const { return m_collection; }
    const std::vector<TrainingQuery>& queries() const { return m_queries; }
    TrainingBatch batch(std::int64_t step, std::int64_t wanted = 6, std::int64_t negatives = 2) const {
        return BatchSampler(m_queries, 1, wanted, negatives).batch(step, m_negatives);
    }
    std::vector<std::string> texts() const {
        std::vector<std::string> texts;
        for (DocumentOrdinal at = 0; at < m_collection->size(); ++at) texts.push_back(m_collection->document(at).content());
        return texts;
    }
    /// Small steps, often validated.
    static Recipe recipe() {
        Recipe recipe;
        recipe.name = "t";
        recipe.queries = 6;
        recipe.negatives = 2;
        recipe.negatives_depth = 10;
        recipe.standardized_steps = 12;
        recipe.document_tokens = 24;
        recipe.warmup_steps = 2;
        recipe.layers_rate = recipe.heads_rate = 1e-3;
        recipe.validate_every = 5;
        recipe.checkpoint_every = 3;
        recipe.competition_depth = 10;
        return recipe;
    }

private:
    ModelHome m_home;
    std::shared_ptr<const Collection> m_collection;
    std::vector<TrainingQuery> m_queries;
    std::shared_ptr<const Bm25> m_bm25;
    std::vector<std::vector<std::int32_t>> m_negatives;
};

} // namespace cameo
