#include "core/eval/block_evaluation.hpp"

#include "core/base/error.hpp"
#include "core/index/parallel.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/assembly/encoder_files.hpp"
#include "core/model/cpu/cpu_moe.hpp"
#include "core/model/moe/moe_model.hpp"

#include <algorithm>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kRunDepth = 1000; ///< documents of a ranked list that are measured, as in evaluate()

/// The encoder alone, with its pooling, as a model of its own.
Manifest without_block(const std::filesystem::path& folder) {
    Manifest manifest = read_manifest(folder / "model.json");
    if (manifest.kind != "sbmoe")
        throw Error(ErrorKind::InvalidInput, folder.string() + ": its kind is " + manifest.kind + ", expected sbmoe");
    manifest.kind = "assembly";
    manifest.changes.clear();
    manifest.moe = {};
    manifest.default_fusion = "sum";
    return manifest;
}

std::vector<float> pooled(const Model& model, std::span<const std::string> texts, Role role, Progress& progress) {
    std::vector<float> rows;
    for (const auto& text : model.encode(texts, role, 0, progress))
        rows.insert(rows.end(), text.pooled.begin(), text.pooled.end());
    return rows;
}

} // namespace

std::string PooledSplit::key(const std::filesystem::path& sbmoe_model) {
    Manifest manifest = without_block(sbmoe_model);
    manifest.name.clear();
    manifest.experts[0].weights = weights_folder(sbmoe_model, manifest.experts[0]).string();
    return to_json(manifest);
}

PooledSplit::PooledSplit(const std::filesystem::path& sbmoe_model, std::shared_ptr<const Collection> collection,
                         std::string split, Progress& progress)
    : m_collection(std::move(collection)), m_split(std::move(split)), m_key(key(sbmoe_model)), m_qrels(m_collection->qrels(m_split)) {
    const auto model = load_assembly(sbmoe_model, without_block(sbmoe_model));
    m_width = std::size_t(model->experts()[0].width);
    for (Query& query : m_collection->queries(m_split))
        if (m_qrels.contains(query.id))
            m_asked.push_back(std::move(query));
    if (m_asked.empty())
        throw Error(ErrorKind::NotFound, "collection " + m_collection->name() + " has no judged queries in its split " + m_split);
    std::vector<std::string> texts, query_texts;
    m_collection->for_each_document(0, [&](DocumentOrdinal, const Document& document) {
        m_documents.push_back(document.id);
        texts.push_back(document.content());
        return true;
    });
    for (const auto& query : m_asked)
        query_texts.push_back(query.text);
    progress.begin("encoding documents", Unit::Documents, std::int64_t(texts.size() + query_texts.size()));
    m_x_documents = pooled(*model, texts, Role::Document, progress);
    m_x_queries = pooled(*model, query_texts, Role::Query, progress);
}

SystemResult PooledSplit::rank(std::string name, const std::vector<float>& queries, const std::vector<float>& documents,
                               Progress& progress) const {
    SystemResult system{.name = std::move(name), .kind = "expert"};
    system.per_query.resize(m_asked.size());
    progress.begin("ranking by " + system.name, Unit::Queries, std::int64_t(m_asked.size()));
    const auto rank_one = [&](std::size_t q) {
        const float* query = queries.data() + q * m_width;
        std::vector<float> scores(m_documents.size());
        for (std::size_t d = 0; d < scores.size(); ++d)
            scores[d] = std::inner_product(query, query + m_width, documents.data() + d * m_width, 0.0f);
        std::vector<std::size_t> order(scores.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const std::size_t depth = std::min(kRunDepth, order.size());
        std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(depth), order.end(), [&](std::size_t a, std::size_t b) {
            return scores[a] != scores[b] ? scores[a] > scores[b] : m_documents[a] < m_documents[b];
        });
        std::vector<RankedDocument> ranking;
        for (std::size_t at = 0; at < depth; ++at)
            ranking.push_back({m_documents[order[at]], scores[order[at]]});
        system.per_query[q] = measure(std::move(ranking), m_qrels.find(m_asked[q].id)->second);
        progress.advance();
    };
    constexpr std::size_t kTogether = 16;
    parallel_for(m_asked.size(), kTogether, [&](std::size_t begin, std::size_t end) {
        for (std::size_t q = begin; q < end; ++q)
            rank_one(q);
    });
    return system;
}

Evaluation PooledSplit::evaluate(const std::filesystem::path& sbmoe_model, Progress& progress) const {
    check(key(sbmoe_model) == m_key, "PooledSplit: a model with another encoder");
    const Manifest manifest = with_moe_experts(read_manifest(sbmoe_model / "model.json"), sbmoe_model);
    const EncoderFiles files = open_encoder_files(sbmoe_model, manifest, manifest.experts[0]);
    TensorTable tensors(files.weights, files.changes);
    const CpuWork work{cpu_kernels(), nullptr};
    Evaluation evaluation;
    evaluation.model = manifest.name;
    evaluation.collection = m_collection->name();
    evaluation.split = m_split;
    for (const auto& query : m_asked) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.systems.push_back(rank("encoder", m_x_queries, m_x_documents, progress));
    for (std::size_t expert_idx = 0; expert_idx < manifest.experts.size(); ++expert_idx) {
        const CpuMoe block(*read_moe_head(manifest, expert_idx, std::int64_t(m_width), tensors));
        auto queries = m_x_queries, documents = m_x_documents;
        block.run(queries, m_asked.size(), work);
        block.run(documents, m_documents.size(), work);
        evaluation.systems.push_back(rank(manifest.experts[expert_idx].name, queries, documents, progress));
    }
    return evaluation;
}

} // namespace cameo
