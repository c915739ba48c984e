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
    if (expert.codec != 0) json["codec"] = expert.codec;
    if (expert.pooling != 1) json["pooling"] = expert.pooling;
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
        StoredExpert expert{entry.at("name").get<std::string>(), ExpertKind::Global, entry.at("width").get<int>(),
                            entry.value("gate", 0), entry.value("codec", std::uint64_t{0}), entry.value("pooling", 1)};
        const auto kind = entry.at("kind").get<std::string>();
        if (kind == name(ExpertKind::Lexical)) expert.kind = ExpertKind::Lexical;
        if (kind == name(ExpertKind::Local)) expert.kind = ExpertKind::Local;
        info.experts.push_back(std::move(expert));
    }
    return info;
}

bool is_beyond_half(Half value) { return (value & 0x7c00u) == 0x7c00u; }

// Collects one expert's columns over the documents of a shard.
class Columns {
public:
    Columns(const StoredExpert& expert, std::int64_t first, const TokenCodec* codec)
        : m_expert(expert), m_first(first), m_codec(codec) {
        check((codec ? codec->fingerprint() : 0) == expert.codec, "write_shard: another codec than the shard's");
        if (expert.kind != ExpertKind::Global) m_offsets.push_back(0);
    }

    /// After the last document: what is only worth doing for all of them together.
    void finish() {
        if (!m_codec) return;
        m_codes.resize(m_ids.size());
        m_residuals.resize(m_ids.size() * m_codec->residual_bytes());
        m_codec->encode(m_float_rows, m_codes, m_residuals);
        m_float_rows = {};
        const bool short_ids = std::ranges::all_of(m_ids, [](std::int32_t id) { return id >= 0 && id <= UINT16_MAX; });
        if (short_ids) m_short_ids.assign(m_ids.begin(), m_ids.end());
        shorten_spans();
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
        if (m_short_ids.empty())
            writer.add(m_ids);
        else
            writer.add(m_short_ids);
        if (m_codec)
            writer.add(m_codes);
        else
            writer.add(m_floats);
        if (m_codec)
            writer.add(m_residuals);
        else
            writer.add(m_rows);
        if (m_short_spans.empty())
            writer.add(m_spans);
        else
            writer.add(m_short_spans);
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
            expect(!is_beyond_half(m_rows[before + at]), "values within half precision",
                   tokens.rows[at]);
        if (m_codec) {
            append(m_float_rows, tokens.rows);
            m_rows.clear();
        }
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

    void shorten_spans() {
        m_short_spans.resize(m_spans.size());
        for (std::size_t document = 0; document + 1 < m_offsets.size(); ++document) {
            std::uint32_t end = 0;
            for (auto at = m_offsets[document]; at < m_offsets[document + 1]; ++at) {
                const auto& span = m_spans[at];
                if (span == TextSpan{}) continue; // a marker
                if (span.begin < end || span.begin - end > UINT8_MAX || span.end <= span.begin || span.end - span.begin > UINT8_MAX) {
                    m_short_spans.clear();
                    return;
                }
                m_short_spans[at] = {static_cast<std::uint8_t>(span.begin - end), static_cast<std::uint8_t>(span.end - span.begin)};
                end = span.end;
            }
        }
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
    const TokenCodec* m_codec;
    std::vector<std::uint8_t> m_truncated;
    std::vector<std::uint64_t> m_offsets;
    std::vector<std::int32_t> m_ids;
    std::vector<float> m_floats;
    std::vector<Half> m_rows;
    std::vector<TextSpan> m_spans;
    std::vector<float> m_gate;
    std::vector<float> m_float_rows; ///< of coded tokens, until they are coded
    std::vector<std::uint16_t> m_codes, m_short_ids;
    std::vector<std::uint8_t> m_residuals;
    std::vector<ShortSpan> m_short_spans;
};

bool all_finite(std::span<const float> values) {
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

bool are_terms(const SparseView& sparse, std::int32_t vocabulary) {
    std::int32_t before = -1;
    for (const std::int32_t term : sparse.terms) {
        if (term <= before || term >= vocabulary) return false;
        before = term;
    }
    return std::ranges::all_of(sparse.weights, [](float weight) { return weight > 0; });
}

} // namespace

std::vector<StoredExpert> stored_experts(const Model& model, std::int32_t token_pooling) {
    std::vector<StoredExpert> experts;
    for (const auto& expert : model.experts())
        experts.push_back({.name = expert.name, .kind = expert.kind, .width = expert.width, .gate = expert.gate, .pooling = expert.kind == ExpertKind::Local ? token_pooling : 1});
    return experts;
}

std::uint64_t content_hash(const Document& document, std::uint64_t before) {
    const auto hash = checksum64(std::as_bytes(std::span(document.id)), before);
    const auto content = document.content();
    return checksum64(std::as_bytes(std::span(content)), hash);
}

std::uint64_t write_shard(const std::filesystem::path& file, const ShardInfo& info,
                          std::span<const std::vector<Representation>> documents, const TokenCodecs& codecs) {
    check(codecs.empty() || codecs.size() == info.experts.size(), "write_shard: not one codec for each expert");
    check(info.documents == static_cast<std::int64_t>(documents.size()) && !documents.empty() &&
              info.documents <= kMaxDocuments,
          "write_shard: wrong number of documents");
    std::vector<Columns> columns;
    for (std::size_t expert_idx = 0; expert_idx < info.experts.size(); ++expert_idx)
        columns.emplace_back(info.experts[expert_idx], info.first, codecs.empty() ? nullptr : codecs[expert_idx].get());
    for (const auto& document : documents) {
        check(document.size() == columns.size(),
              "write_shard: a document without a representation for each expert");
        for (std::size_t expert_idx = 0; expert_idx < columns.size(); ++expert_idx)
            columns[expert_idx].add(document[expert_idx]);
    }
    for (auto& expert : columns)
        expert.finish();
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
        const bool coded = stored.kind == ExpertKind::Local && stored.codec != 0;
        // Coded tokens come with short ids and spans where all of a shard fit: their number tells which.
        const std::size_t tokens = coded ? file.section<std::uint16_t>(section + 3).size() : 0;
        if (coded && file.section<std::uint8_t>(section + 2).size() == tokens * sizeof(std::uint16_t))
            expert.short_ids = file.section<std::uint16_t>(section + 2);
        else
            expert.ids = file.section<std::int32_t>(section + 2);
        if (coded && file.section<std::uint8_t>(section + 5).size() == tokens * sizeof(ShortSpan))
            expert.short_spans = file.section<ShortSpan>(section + 5);
        else
            expert.spans = file.section<TextSpan>(section + 5);
        if (coded) {
            expert.codes = file.section<std::uint16_t>(section + 3);
            expert.residuals = file.section<std::uint8_t>(section + 4);
            if (tokens > 0) expert.residual_bytes = expert.residuals.size() / tokens;
        } else {
            expert.floats = file.section<float>(section + 3);
            expert.rows = file.section<Half>(section + 4);
        }
        if (stored.gate > 0) expert.gate = file.section<float>(gate_section++);
        file.verify(section + 1);
        const auto width = static_cast<std::size_t>(stored.width);
        bool fits = expert.truncated.size() == documents &&
                    expert.gate.size() == documents * static_cast<std::size_t>(stored.gate);
        if (stored.kind == ExpertKind::Global) {
            fits = fits && expert.floats.size() == documents * width;
        } else {
            fits = fits && expert.offsets.size() == documents + 1 && expert.offsets.front() == 0 &&
                   expert.offsets.back() == (coded ? tokens : expert.ids.size());
            for (std::size_t local = 0; fits && local < documents; ++local)
                fits = expert.offsets[local] <= expert.offsets[local + 1];
            if (stored.kind == ExpertKind::Lexical) fits = fits && expert.floats.size() == expert.ids.size();
            if (coded)
                fits = fits && expert.ids.size() + expert.short_ids.size() == tokens &&
                       expert.spans.size() + expert.short_spans.size() == tokens &&
                       expert.residuals.size() == tokens * expert.residual_bytes;
            else if (stored.kind == ExpertKind::Local)
                fits = fits && expert.spans.size() == expert.ids.size() && expert.rows.size() % width == 0 &&
                       expert.rows.size() / width == expert.ids.size();
        }
        if (!fits) file.damaged(place + "its sections contradict each other");
        shard->m_experts.push_back(expert);
    }
    return shard;
}

void Shard::verify() const {
    m_file->verify_all();
    for (std::size_t expert_idx = 0; expert_idx < m_experts.size(); ++expert_idx) {
        const auto& stored = m_info.experts[expert_idx];
        const auto& expert = m_experts[expert_idx];
        bool sound = all_finite(expert.floats) && std::ranges::none_of(expert.rows, is_beyond_half) && all_finite(expert.gate);
        if (stored.kind == ExpertKind::Lexical)
            for (std::int64_t local = 0; sound && local < m_info.documents; ++local)
                sound = are_terms(sparse(expert_idx, local), stored.width);
        if (!sound) m_file->damaged("expert " + stored.name + ": it holds values that no model gives");
    }
    release();
}

std::uint64_t Shard::bytes(std::size_t expert_idx) const {
    const auto& expert = m_experts[expert_idx];
    return expert.truncated.size_bytes() + expert.offsets.size_bytes() + expert.ids.size_bytes() +
           expert.floats.size_bytes() + expert.rows.size_bytes() + expert.spans.size_bytes() +
           expert.gate.size_bytes() + expert.codes.size_bytes() + expert.short_ids.size_bytes() +
           expert.short_spans.size_bytes() + expert.residuals.size_bytes();
}

SparseView Shard::sparse(std::size_t expert_idx, std::int64_t local) const {
    const auto& expert = m_experts[expert_idx];
    const auto begin = expert.offsets[static_cast<std::size_t>(local)];
    const auto count = expert.offsets[static_cast<std::size_t>(local) + 1] - begin;
    return {expert.ids.subspan(begin, count), expert.floats.subspan(begin, count)};
}

std::size_t Shard::token_count(std::size_t expert_idx, std::int64_t local) const {
    const auto& offsets = m_experts[expert_idx].offsets;
    return offsets[static_cast<std::size_t>(local) + 1] - offsets[static_cast<std::size_t>(local)];
}

std::span<const Half> Shard::rows(std::size_t expert_idx, std::int64_t local) const {
    const auto& expert = m_experts[expert_idx];
    const auto width = static_cast<std::size_t>(m_info.experts[expert_idx].width);
    return expert.rows.subspan(expert.offsets[static_cast<std::size_t>(local)] * width, token_count(expert_idx, local) * width);
}

CodedTokens Shard::coded(std::size_t expert_idx, std::int64_t local) const {
    const auto& expert = m_experts[expert_idx];
    const auto begin = expert.offsets[static_cast<std::size_t>(local)];
    const auto count = token_count(expert_idx, local);
    return {expert.codes.subspan(begin, count), expert.residuals.subspan(begin * expert.residual_bytes, count * expert.residual_bytes)};
}

void Shard::name_tokens(std::size_t expert_idx, std::int64_t local, TokenVectors& to) const {
    const auto& expert = m_experts[expert_idx];
    const auto begin = expert.offsets[static_cast<std::size_t>(local)];
    const auto count = token_count(expert_idx, local);
    if (expert.short_ids.empty()) {
        const auto ids = expert.ids.subspan(begin, count);
        to.tokens.assign(ids.begin(), ids.end());
    } else {
        const auto ids = expert.short_ids.subspan(begin, count);
        to.tokens.assign(ids.begin(), ids.end());
    }
    if (expert.short_spans.empty()) {
        const auto spans = expert.spans.subspan(begin, count);
        to.spans.assign(spans.begin(), spans.end());
        return;
    }
    to.spans.clear();
    std::uint32_t end = 0;
    for (const auto& span : expert.short_spans.subspan(begin, count)) {
        if (span.length == 0) {
            to.spans.push_back({});
            continue;
        }
        to.spans.push_back({end + span.gap, end + span.gap + span.length});
        end = to.spans.back().end;
    }
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

bool Shard::fits(std::size_t expert_idx, const TokenCodec& codec) const {
    const auto& expert = m_experts[expert_idx];
    return m_info.experts[expert_idx].codec == codec.fingerprint() && (expert.codes.empty() || expert.residual_bytes == codec.residual_bytes());
}

std::int64_t Shard::entries(std::size_t expert_idx) const {
    const auto& offsets = m_experts[expert_idx].offsets;
    return offsets.empty() ? 0 : static_cast<std::int64_t>(offsets.back());
}

} // namespace cameo
