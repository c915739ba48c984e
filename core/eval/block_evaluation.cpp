#include "core/eval/block_evaluation.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/cpu/cpu_moe.hpp"
#include "core/model/moe/moe_gate.hpp"
#include "core/model/moe/moe_model.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace cameo {

namespace {

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

/// @param logits [texts, N]   @return `of` each row, [texts, N]
template <class Of>
std::vector<float> by_row(const std::vector<float>& logits, std::int64_t experts, Of&& of) {
    std::vector<float> all;
    for (std::size_t at = 0; at < logits.size(); at += std::size_t(experts)) {
        const std::vector<float> row = of(std::span(logits).subspan(at, std::size_t(experts)));
        all.insert(all.end(), row.begin(), row.end());
    }
    return all;
}

AskedDocuments documents_of(const Collection& collection, const std::string& split) {
    AskedDocuments all{collection.name(), split, {}, {}, read_split(collection, split)};
    collection.for_each_document(0, [&](DocumentOrdinal, const Document& document) {
        all.ids.push_back(document.id);
        all.texts.push_back(document.content());
        return true;
    });
    return all;
}

} // namespace

std::string PooledSplit::key(const std::filesystem::path& sbmoe_model) {
    Manifest manifest = without_block(sbmoe_model);
    manifest.name.clear();
    manifest.experts[0].weights = weights_folder(sbmoe_model, manifest.experts[0]).string();
    return to_json(manifest);
}

bool PooledSplit::serves(const std::filesystem::path& sbmoe_model) {
    const Manifest manifest = read_manifest(sbmoe_model / "model.json");
    if (manifest.kind != "sbmoe")
        return false;
    return has_only_block(*WeightsFile::open(sbmoe_model / manifest.changes));
}

PooledSplit::PooledSplit(const std::filesystem::path& sbmoe_model, const Collection& collection, const std::string& split,
                         Progress& progress)
    : PooledSplit(sbmoe_model, documents_of(collection, split), progress) {}

PooledSplit::PooledSplit(const std::filesystem::path& sbmoe_model, AskedDocuments asked, Progress& progress)
    : m_key(key(sbmoe_model)), m_asked(std::move(asked)) {
    check(m_asked.ids.size() == m_asked.texts.size(), "PooledSplit: a text a document");
    const auto model = load_without_block(sbmoe_model, without_block(sbmoe_model));
    m_width = std::size_t(model->experts()[0].width);
    std::vector<std::string> query_texts;
    for (const auto& query : m_asked.judged.queries)
        query_texts.push_back(query.text);
    find_relevant_documents();
    progress.begin("encoding documents", Unit::Documents, std::int64_t(m_asked.texts.size() + query_texts.size()));
    m_x_documents = pooled(*model, m_asked.texts, Role::Document, progress);
    m_x_queries = pooled(*model, query_texts, Role::Query, progress);
    m_asked.texts = {};
}

void PooledSplit::find_relevant_documents() {
    std::vector<std::size_t> by_id(m_asked.ids.size());
    std::iota(by_id.begin(), by_id.end(), std::size_t{0});
    std::ranges::sort(by_id, [&](std::size_t a, std::size_t b) { return m_asked.ids[a] < m_asked.ids[b]; });
    m_id_order.resize(by_id.size());
    for (std::size_t place = 0; place < by_id.size(); ++place)
        m_id_order[by_id[place]] = place;
    for (std::size_t q = 0; q < m_asked.judged.queries.size(); ++q) {
        auto& relevant = m_relevant.emplace_back();
        for (const auto& [id, grade] : m_asked.judged.grades(q)) {
            const auto found = std::ranges::lower_bound(by_id, std::string_view(id), {}, [&](std::size_t document) { return std::string_view(m_asked.ids[document]); });
            if (grade > 0 && found != by_id.end() && m_asked.ids[*found] == id)
                relevant.push_back({*found, grade});
        }
    }
}

/// What find_relevant() makes of the `depth` best (ties: id ascending), without sorting all of them: the places of the few
/// relevant ones are counted.
std::vector<FoundDocument> PooledSplit::find(std::size_t query, const float* scores, std::size_t depth) const {
    std::vector<FoundDocument> found;
    for (const auto& [document, grade] : m_relevant[query]) {
        const float own = scores[document];
        std::size_t better = 0, equal = 0, equal_before = 0; // equal: itself as well
        for (std::size_t other = 0; other < m_asked.ids.size(); ++other) {
            better += scores[other] > own;
            if (scores[other] == own) [[unlikely]] {
                ++equal;
                equal_before += m_id_order[other] < m_id_order[document];
            }
        }
        if (equal == 0 || better + equal_before >= depth) // none equals what is no number
            continue;
        // Of the equal ones that are among the best, trec_eval sees those with higher ids first.
        const std::size_t equal_kept = std::min(equal, depth - better);
        found.push_back({better + equal_kept - equal_before, grade});
    }
    return found;
}

/// @param best becomes the places of so many, best first (ties: id ascending)
void PooledSplit::put_best(const float* scores, std::span<std::int32_t> best) const {
    if (best.empty())
        return;
    std::vector<std::int32_t> order(m_asked.ids.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::partial_sort(order, order.begin() + std::ssize(best), [&](std::int32_t a, std::int32_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : m_id_order[std::size_t(a)] < m_id_order[std::size_t(b)];
    });
    std::copy_n(order.begin(), best.size(), best.begin());
}

SystemResult PooledSplit::rank(std::string name, const std::vector<float>& queries, const std::vector<float>& documents,
                               std::size_t most, std::size_t top, Progress& progress) const {
    SystemResult system{.name = std::move(name), .kind = "expert"};
    system.per_query.resize(m_asked.judged.queries.size());
    system.first_right.resize(system.per_query.size());
    top = std::min({top, most, m_asked.ids.size()});
    system.top.resize(system.per_query.size() * top);
    progress.begin("ranking by " + system.name, Unit::Queries, std::int64_t(m_asked.judged.queries.size()));
    const std::size_t count = m_asked.ids.size();
    const PackedMatrix packed = pack(documents, {}, count, m_width);
    const CpuWork work{cpu_kernels(), nullptr};
    constexpr std::size_t kTogether = 16;
    parallel_for(m_asked.judged.queries.size(), kTogether, [&](std::size_t begin, std::size_t end) {
        std::vector<float> scores((end - begin) * count);
        work.linear(packed, queries.data() + begin * m_width, m_width, end - begin, scores.data(), count);
        for (std::size_t q = begin; q < end; ++q) {
            const float* const own = scores.data() + (q - begin) * count;
            const auto found = find(q, own, most);
            system.first_right[q] = first_rank(found);
            system.per_query[q] = measure_found(found, relevant_grades(m_asked.judged.grades(q)));
            put_best(own, std::span(system.top).subspan(q * top, top));
            progress.advance();
        }
    });
    return system;
}

Evaluation PooledSplit::evaluate(const std::filesystem::path& sbmoe_model, Progress& progress, std::size_t depth) const {
    return examine(sbmoe_model, progress, depth, 0).evaluation;
}

BlockEvaluation PooledSplit::examine(const std::filesystem::path& sbmoe_model, Progress& progress, std::size_t depth,
                                     std::size_t top) const {
    check(key(sbmoe_model) == m_key, "PooledSplit: a model with another encoder");
    const Manifest manifest = with_moe_experts(read_manifest(sbmoe_model / "model.json"), sbmoe_model);
    TensorTable tensors(WeightsFile::open(sbmoe_model / manifest.changes)); // with the block
    const CpuWork work{cpu_kernels(), nullptr};
    BlockEvaluation examined;
    Evaluation& evaluation = examined.evaluation;
    evaluation.model = manifest.name;
    evaluation.collection = m_asked.collection;
    evaluation.split = m_asked.split;
    for (const auto& query : m_asked.judged.queries) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.systems.push_back(rank("encoder", m_x_queries, m_x_documents, depth, top, progress));
    for (std::size_t expert_idx = 0; expert_idx < manifest.experts.size(); ++expert_idx) {
        const auto head = read_moe_head(manifest, expert_idx, std::int64_t(m_width), tensors);
        const CpuMoe block(*head);
        auto queries = m_x_queries, documents = m_x_documents;
        const auto query_logits = block.run(queries, m_asked.judged.queries.size(), work);
        const auto document_logits = block.run(documents, m_asked.ids.size(), work);
        evaluation.systems.push_back(rank(manifest.experts[expert_idx].name, queries, documents, depth, top, progress));
        if (expert_idx > 0) continue; // the first one is the gate
        const auto weights = [&](std::span<const float> logits) { return block.weights(logits); };
        examined.query_weights = by_row(query_logits, head->spec.experts, weights);
        examined.document_weights = by_row(document_logits, head->spec.experts, weights);
        examined.query_probabilities = by_row(query_logits, head->spec.experts, moe_probabilities);
    }
    return examined;
}

} // namespace cameo
