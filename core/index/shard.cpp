#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/index/forward_store.hpp"
#include "core/model/expert_names.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace cameo {

namespace {

constexpr SectionKind kShardKind = section_kind("SHRD");
constexpr std::uint32_t kShardVersion = 1;
constexpr std::size_t kSectionsOfAnExpert = 6; // in the order of Shard::Expert
constexpr std::int64_t kMaxDocuments = 1 << 20;
static_assert(sizeof(TextSpan) == 8, "spans are stored as they are");

nlohmann::json to_json(const StoredExpert& expert) {
    nlohmann::json json{{"name", expert.name}, {"kind", name(expert.kind)}, {"width", expert.width}};
    if (expert.gate > 0) json["gate"] = expert.gate; // shards without one are as they always were
    return json;
}

std::string describe(const ShardInfo& info) {
    nlohmann::json json{{"first", info.first},
                        {"documents", info.documents},
                        {"model_version", info.model_version},
                        {"content", info.content},
                        {"experts", nlohmann::json::array()}};
    for (const auto& expert : info.experts)
        json["experts"].push_back(to_json(expert));
    return json.dump();
}

ShardInfo parse(const std::string& text) {
    const auto json = nlohmann::json::parse(text);
    ShardInfo info;
    info.first = json.at("first").get<std::int64_t>();
    info.documents = json.at("documents").get<std::int64_t>();
    info.model_version = json.at("model_version").get<std::string>();
    info.content = json.at("content").get<std::uint64_t>();
    for (const auto& entry : json.at("experts")) {
        StoredExpert expert{entry.at("name").get<std::string>(), ExpertKind::Global,
                            entry.at("width").get<int>(), entry.value("gate", 0)};
        const auto kind = entry.at("kind").get<std::string>();
        if (kind == name(ExpertKind::Lexical)) expert.kind = ExpertKind::Lexical;
        if (kind == name(ExpertKind::Local)) expert.kind = ExpertKind::Local;
        info.experts.push_back(std::move(expert));
    }
    return info;
}

// Collects one expert's columns over the documents of a shard.
class Columns {
public:
    Columns(const StoredExpert& expert, std::int64_t first) : m_expert(expert), m_first(first) {
        if (expert.kind != ExpertKind::Global) m_offsets.push_back(0);
    }

    void add(const Representation& document) {
        m_truncated.push_back(document.truncated ? 1 : 0);
        switch (m_expert.kind) {
        case ExpertKind::Lexical:
            add(document.sparse);
            break;
        case ExpertKind::Local:
            add(document.tokens);
            break;
        case ExpertKind::Global:
            add(document.pooled);
            break;
        }
        expect(document.gate.size() == static_cast<std::size_t>(m_expert.gate),
               "a gate of " + std::to_string(m_expert.gate) + " logits", document.gate.size());
        for (const float logit : document.gate)
            expect(std::isfinite(logit), "finite logits", logit);
        append(m_gate, document.gate);
    }

    void write_to(SectionWriter& writer) const {
        writer.add(m_truncated);
        writer.add(m_offsets);
        writer.add(m_ids);
        writer.add(m_floats);
        writer.add(m_rows);
        writer.add(m_spans);
    }
    const std::vector<float>& gate() const { return m_gate; }

private:
    void add(const SparseVector& sparse) {
        expect(sparse.weights.size() == sparse.terms.size(), "as many weights as terms",
               sparse.weights.size());
        std::int32_t before = -1;
        for (std::size_t at = 0; at < sparse.terms.size(); ++at) {
            expect(sparse.terms[at] > before && sparse.terms[at] < m_expert.width,
                   "ascending terms below the vocabulary's size", sparse.terms[at]);
            expect(sparse.weights[at] > 0 && std::isfinite(sparse.weights[at]), "weights above 0",
                   sparse.weights[at]);
            before = sparse.terms[at];
        }
        append(m_ids, sparse.terms);
        append(m_floats, sparse.weights);
        m_offsets.push_back(m_ids.size());
    }

    void add(const TokenVectors& tokens) {
        const auto width = static_cast<std::size_t>(m_expert.width);
        expect(tokens.count() == 0 || tokens.width == m_expert.width,
               "vectors of " + std::to_string(width) + " values", tokens.width);
        expect(tokens.rows.size() == tokens.count() * width, "one row for each token", tokens.rows.size());
        expect(tokens.spans.size() == tokens.count(), "one span for each token", tokens.spans.size());
        const std::size_t before = m_rows.size();
        m_rows.resize(before + tokens.rows.size());
        to_half(tokens.rows, std::span(m_rows).subspan(before));
        for (std::size_t at = 0; at < tokens.rows.size(); ++at)
            expect((m_rows[before + at] & 0x7c00u) != 0x7c00u, "values within half precision",
                   tokens.rows[at]);
        append(m_ids, tokens.tokens);
        append(m_spans, tokens.spans);
        m_offsets.push_back(m_ids.size());
    }

    void add(const std::vector<float>& pooled) {
        expect(pooled.size() == static_cast<std::size_t>(m_expert.width),
               "a vector of " + std::to_string(m_expert.width) + " values", pooled.size());
        for (const float value : pooled)
            expect(std::isfinite(value), "finite values", value);
        append(m_floats, pooled);
    }

    template <class T>
    static void append(std::vector<T>& to, const std::vector<T>& from) {
        to.insert(to.end(), from.begin(), from.end());
    }

    template <class T>
    void expect(bool holds, const std::string& expected, T found) const {
        if (holds) return;
        const auto ordinal = m_first + static_cast<std::int64_t>(m_truncated.size()) - 1;
        throw Error(ErrorKind::InvalidInput, "expert " + m_expert.name + ", document " +
                                                 std::to_string(ordinal) + ": found " +
                                                 std::to_string(found) + ", expected " + expected);
    }

    const StoredExpert& m_expert;
    std::int64_t m_first;
    std::vector<std::uint8_t> m_truncated;
    std::vector<std::uint64_t> m_offsets;
    std::vector<std::int32_t> m_ids;
    std::vector<float> m_floats;
    std::vector<Half> m_rows;
    std::vector<TextSpan> m_spans;
    std::vector<float> m_gate;
};

} // namespace

std::vector<StoredExpert> stored_experts(const Model& model) {
    std::vector<StoredExpert> experts;
    for (const auto& expert : model.experts())
        experts.push_back({expert.name, expert.kind, expert.width, expert.gate});
    return experts;
}

std::uint64_t content_hash(const Document& document, std::uint64_t before) {
    const auto hash = checksum64(std::as_bytes(std::span(document.id)), before);
    const auto content = document.content();
    return checksum64(std::as_bytes(std::span(content)), hash);
}

std::uint64_t write_shard(const std::filesystem::path& file, const ShardInfo& info,
                          std::span<const std::vector<Representation>> documents) {
    check(info.documents == static_cast<std::int64_t>(documents.size()) && !documents.empty() &&
              info.documents <= kMaxDocuments,
          "write_shard: wrong number of documents");
    std::vector<Columns> columns;
    for (const auto& expert : info.experts)
        columns.emplace_back(expert, info.first);
    for (const auto& document : documents) {
        check(document.size() == columns.size(),
              "write_shard: a document without a representation for each expert");
        for (std::size_t expert_idx = 0; expert_idx < columns.size(); ++expert_idx)
            columns[expert_idx].add(document[expert_idx]);
    }
    const auto description = describe(info);
    SectionWriter writer(kShardKind, kShardVersion);
    writer.add(description);
    for (const auto& expert : columns)
        expert.write_to(writer);
    for (const auto& expert : columns) // behind all others, so that their places do not depend on them
        if (!expert.gate().empty()) writer.add(expert.gate());
    return writer.write(file);
}

std::shared_ptr<const Shard> Shard::open(const std::filesystem::path& path) {
    std::shared_ptr<Shard> shard(new Shard);
    shard->m_file = SectionFile::open(path, kShardKind, kShardVersion);
    const auto& file = *shard->m_file;
    file.verify(0);
    try {
        shard->m_info = parse(file.text(0));
    } catch (const nlohmann::json::exception&) {
        file.damaged("its description cannot be read");
    }
    const auto& info = shard->m_info;
    if (info.first < 0 || info.documents < 1 || info.documents > kMaxDocuments)
        file.damaged("impossible ordinals");
    const auto documents = static_cast<std::size_t>(info.documents);
    std::size_t gate_section = 1 + info.experts.size() * kSectionsOfAnExpert;
    for (std::size_t expert_idx = 0; expert_idx < info.experts.size(); ++expert_idx) {
        const auto& stored = info.experts[expert_idx];
        const auto place = "expert " + stored.name + ": ";
        if (stored.width < 1 || stored.gate < 0)
            file.damaged(place + "a width of " + std::to_string(stored.width) + " and a gate of " + std::to_string(stored.gate));
        const std::size_t section = 1 + expert_idx * kSectionsOfAnExpert;
        Expert expert;
        expert.truncated = file.section<std::uint8_t>(section);
        expert.offsets = file.section<std::uint64_t>(section + 1);
        expert.ids = file.section<std::int32_t>(section + 2);
        expert.floats = file.section<float>(section + 3);
        expert.rows = file.section<Half>(section + 4);
        expert.spans = file.section<TextSpan>(section + 5);
        if (stored.gate > 0) expert.gate = file.section<float>(gate_section++);
        file.verify(section + 1);
        const auto width = static_cast<std::size_t>(stored.width);
        bool fits = expert.truncated.size() == documents &&
                    expert.gate.size() == documents * static_cast<std::size_t>(stored.gate);
        if (stored.kind == ExpertKind::Global) {
            fits = fits && expert.floats.size() == documents * width;
        } else {
            fits = fits && expert.offsets.size() == documents + 1 && expert.offsets.front() == 0 &&
                   expert.offsets.back() == expert.ids.size();
            for (std::size_t local = 0; fits && local < documents; ++local)
                fits = expert.offsets[local] <= expert.offsets[local + 1];
            if (stored.kind == ExpertKind::Lexical) fits = fits && expert.floats.size() == expert.ids.size();
            if (stored.kind == ExpertKind::Local)
                fits = fits && expert.spans.size() == expert.ids.size() && expert.rows.size() % width == 0 &&
                       expert.rows.size() / width == expert.ids.size();
        }
        if (!fits) file.damaged(place + "its sections contradict each other");
        shard->m_experts.push_back(expert);
    }
    return shard;
}

std::uint64_t Shard::bytes(std::size_t expert_idx) const {
    const auto& expert = m_experts[expert_idx];
    return expert.truncated.size_bytes() + expert.offsets.size_bytes() + expert.ids.size_bytes() +
           expert.floats.size_bytes() + expert.rows.size_bytes() + expert.spans.size_bytes() +
           expert.gate.size_bytes();
}

SparseView Shard::sparse(std::size_t expert_idx, std::int64_t local) const {
    const auto& expert = m_experts[expert_idx];
    const auto begin = expert.offsets[static_cast<std::size_t>(local)];
    const auto count = expert.offsets[static_cast<std::size_t>(local) + 1] - begin;
    return {expert.ids.subspan(begin, count), expert.floats.subspan(begin, count)};
}

TokensView Shard::tokens(std::size_t expert_idx, std::int64_t local) const {
    const auto& expert = m_experts[expert_idx];
    const auto begin = expert.offsets[static_cast<std::size_t>(local)];
    const auto count = expert.offsets[static_cast<std::size_t>(local) + 1] - begin;
    const auto width = static_cast<std::size_t>(m_info.experts[expert_idx].width);
    return {expert.rows.subspan(begin * width, count * width), expert.ids.subspan(begin, count),
            expert.spans.subspan(begin, count)};
}

std::span<const float> Shard::pooled(std::size_t expert_idx, std::int64_t local) const {
    const auto width = static_cast<std::size_t>(m_info.experts[expert_idx].width);
    return m_experts[expert_idx].floats.subspan(static_cast<std::size_t>(local) * width, width);
}

std::span<const float> Shard::gate(std::size_t expert_idx, std::int64_t local) const {
    const auto width = static_cast<std::size_t>(m_info.experts[expert_idx].gate);
    return m_experts[expert_idx].gate.subspan(static_cast<std::size_t>(local) * width, width);
}

bool Shard::truncated(std::size_t expert_idx, std::int64_t local) const {
    return m_experts[expert_idx].truncated[static_cast<std::size_t>(local)] != 0;
}

std::int64_t Shard::entries(std::size_t expert_idx) const {
    return static_cast<std::int64_t>(m_experts[expert_idx].ids.size());
}

} // namespace cameo
