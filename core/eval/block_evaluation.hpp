#pragma once

#include "core/data/collection.hpp"
#include "core/eval/evaluation.hpp"
#include "core/eval/judged_split.hpp"
#include "core/jobs/progress.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// Documents and what is asked about them.
struct AskedDocuments {
    std::string collection, split;
    std::vector<std::string> ids, texts; ///< [D]
    JudgedSplit judged;
};

/// How a block was measured, and what its gate says.
struct BlockEvaluation {
    Evaluation evaluation;
    std::vector<float> query_weights, document_weights; ///< [Q, N], [D, N] of its gate without noise: moe_weights()
    std::vector<float> query_probabilities;             ///< [Q, N]
};

/// What an encoder makes of a collection's documents and a split's judged queries, made once for many SB-MoE blocks behind
/// that encoder: a block over kept vectors is measured in seconds, exactly, over all documents. Immutable; thread-safe.
class PooledSplit {
public:
    /// @param sbmoe_model a model that it serves, whose own block does not matter
    /// @throws Error as Model::load and read_split; Cancelled.
    PooledSplit(const std::filesystem::path& sbmoe_model, const Collection& collection, const std::string& split,
                Progress& progress);
    PooledSplit(const std::filesystem::path& sbmoe_model, AskedDocuments asked, Progress& progress);

    /// Whether it is an SB-MoE model whose encoder is its checkpoint's own: only the block was trained.
    static bool serves(const std::filesystem::path& sbmoe_model);
    /// Tells encoders, pooling and how texts are cut apart: models with the same key have the same vectors here.
    static std::string key(const std::filesystem::path& sbmoe_model);

    /// Systems "encoder" (the vectors as they are), "gate", "expert 1", …, each with its measures of every query.
    /// @param depth documents of a ranked list that are measured; not said: 1,000, as in evaluate()
    /// @pre key(sbmoe_model) is that of the model given first   @throws Error as Model::load; Cancelled.
    Evaluation evaluate(const std::filesystem::path& sbmoe_model, Progress& progress, std::size_t depth = 1000) const;
    /// The same with what the gate says and with the `top` best documents of each list.
    BlockEvaluation examine(const std::filesystem::path& sbmoe_model, Progress& progress, std::size_t depth, std::size_t top) const;

private:
    struct Relevant {
        std::size_t document; ///< position
        int grade;            ///< above 0
    };
    void find_relevant_documents();
    /// @param top of the documents whose places are kept, at most `depth`
    SystemResult rank(std::string name, const std::vector<float>& queries, const std::vector<float>& documents,
                      std::size_t depth, std::size_t top, Progress& progress) const;
    void put_best(const float* scores, std::span<std::int32_t> best) const;
    std::vector<FoundDocument> find(std::size_t query, const float* scores, std::size_t depth) const;

    std::string m_key;
    AskedDocuments m_asked; ///< without texts
    std::vector<std::size_t> m_id_order;           ///< [D] a document's place among all ids in the order of their bytes
    std::vector<std::vector<Relevant>> m_relevant; ///< of each query: those that are among the documents
    std::size_t m_width = 0;
    std::vector<float> m_x_documents, m_x_queries; ///< [D, H], [Q, H]
};

} // namespace cameo
