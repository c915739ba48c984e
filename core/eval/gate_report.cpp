#include "core/eval/gate_report.hpp"

#include "core/base/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace cameo {

namespace {

constexpr std::int64_t kEncodedAtOnce = 256; ///< texts in memory as representations

/// At most `most` of 0 .. count-1, evenly spread.
std::vector<std::int64_t> spread_evenly(std::int64_t count, std::int64_t most) {
    std::vector<std::int64_t> places;
    const std::int64_t taken = std::min(count, most);
    for (std::int64_t at = 0; at < taken; ++at)
        places.push_back(at * count / taken);
    return places;
}

void append(std::vector<float>& to, const std::vector<float>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

/// The surest of each expert's inputs. @param name of an input, asked for those only that are kept
std::vector<std::vector<GateExample>> surest(std::span<const float> logits, std::size_t experts,
                                             const std::function<std::string(std::size_t)>& name) {
    constexpr std::size_t kKept = 8;
    struct Input {
        double probability;
        std::size_t place;
    };
    std::vector<std::vector<Input>> kept(experts);
    const std::vector<std::int32_t> first = first_choices(logits, experts);
    for (std::size_t place = 0; place < first.size(); ++place) {
        if (first[place] < 0) continue;
        const auto input = logits.subspan(place * experts, experts);
        const float largest = input[static_cast<std::size_t>(first[place])];
        double sum = 0;
        for (const float logit : input)
            sum += std::exp(static_cast<double>(logit) - largest);
        auto& list = kept[static_cast<std::size_t>(first[place])];
        const Input one{1 / sum, place};
        const auto behind = std::find_if(list.begin(), list.end(), [&](const Input& other) { return one.probability > other.probability; });
        list.insert(behind, one);
        if (list.size() > kKept) list.pop_back();
    }
    std::vector<std::vector<GateExample>> examples(experts);
    for (std::size_t expert = 0; expert < experts; ++expert)
        for (const Input& input : kept[expert])
            examples[expert].push_back({name(input.place), input.probability});
    return examples;
}

std::string name_of(const Document& document) { return document.title.empty() ? document.id : document.title; }

/// One report being made: what its steps have in common.
class Reporter {
public:
    Reporter(const Model& model, const Collection& collection, const Index* index,
             const GateReportOptions& options, Progress& progress)
        : m_model(model), m_collection(collection), m_index(index), m_options(options), m_progress(progress),
          m_gate(gate_expert(model)), m_experts(static_cast<std::size_t>(model.experts()[m_gate].gate)),
          m_width(static_cast<std::size_t>(model.experts()[m_gate].width)) {}

    GateReport make() {
        GateReport report{
            .model = m_model.name(), .model_version = m_model.version(), .collection = m_collection.name(), .split = m_options.split};
        check(m_model.experts().size() > m_gate + m_experts, "a gate's experts follow it");
        for (std::size_t expert = 0; expert < m_experts; ++expert)
            report.experts.push_back(m_model.experts()[m_gate + 1 + expert].name);

        const std::vector<Query> queries = read_queries();
        if (m_collection.splits().empty()) report.split.clear();
        std::vector<std::string> texts, categories;
        for (const Query& query : queries) {
            texts.push_back(query.text);
            categories.push_back(query.category);
        }
        const std::vector<float> logits = encode(texts, Role::Query, "encoding queries", Unit::Queries);
        const std::vector<std::int32_t> first = first_choices(logits, m_experts);
        report.queries.routing = summarise(logits);
        report.queries.examples = surest(logits, m_experts, [&](std::size_t place) { return texts[place]; });
        std::vector<std::string> sample;
        for (const std::int64_t place : spread_evenly(std::ssize(texts), m_options.sample))
            sample.push_back(texts[static_cast<std::size_t>(place)]);
        report.queries.similarity =
            compare(outputs(sample, Role::Query, "running the experts on queries", Unit::Queries));
        report.categories = route_categories(first, categories, m_experts);

        add_documents(report);
        add_agreement(report, queries, first);
        return report;
    }

private:
    std::vector<Query> read_queries() const {
        const auto splits = m_collection.splits();
        auto queries = m_collection.queries(splits.empty() ? "" : m_options.split);
        if (!queries.empty()) return queries;
        throw Error(ErrorKind::NotFound,
                    splits.empty()
                        ? fmt::format("collection {} has no queries", m_collection.name())
                        : fmt::format("collection {} has no queries in split '{}': it has {}",
                                      m_collection.name(), m_options.split, fmt::join(splits, ", ")));
    }

    /// The gate's logits [texts, N].
    std::vector<float> encode(const std::vector<std::string>& texts, Role role, std::string stage,
                              Unit unit) const {
        std::vector<float> logits;
        in_parts(texts, std::move(stage), unit, [&](std::span<const std::string> part) {
            for (const Representation& text : m_model.encode(part, role, m_gate, m_progress))
                append(logits, text.gate);
        });
        return logits;
    }
    ExpertOutputs outputs(const std::vector<std::string>& texts, Role role, std::string stage,
                          Unit unit) const {
        ExpertOutputs all;
        in_parts(texts, std::move(stage), unit, [&](std::span<const std::string> part) {
            const ExpertOutputs some = m_model.expert_outputs(part, role, m_progress);
            append(all.logits, some.logits);
            append(all.outputs, some.outputs);
        });
        return all;
    }
    template <class Take>
    void in_parts(std::span<const std::string> texts, std::string stage, Unit unit, const Take& take) const {
        m_progress.begin(std::move(stage), unit, std::ssize(texts));
        for (std::size_t first = 0; first < texts.size(); first += kEncodedAtOnce)
            take(texts.subspan(first, std::min<std::size_t>(kEncodedAtOnce, texts.size() - first)));
    }

    RoutingSummary summarise(std::span<const float> logits) const {
        std::vector<float> weights;
        for (std::size_t at = 0; at < logits.size(); at += m_experts) {
            const auto input = logits.subspan(at, m_experts);
            const bool finite = std::ranges::all_of(input, [](float logit) { return std::isfinite(logit); });
            append(weights,
                   finite ? m_model.gate_weights(input) : std::vector<float>(m_experts)); // else not counted
        }
        return summarise_routing(logits, weights, m_experts);
    }
    ExpertSimilarity compare(const ExpertOutputs& some) const {
        return compare_experts(some.outputs, m_experts, m_width, m_progress);
    }

    void add_documents(GateReport& report) {
        const auto places = spread_evenly(m_collection.size(), m_options.sample);
        std::vector<std::string> texts;
        for (const std::int64_t place : places)
            texts.push_back(m_collection.document(place).content());
        const ExpertOutputs sample =
            outputs(texts, Role::Document, "running the experts on documents", Unit::Documents);
        report.documents.similarity = compare(sample);
        report.from_index = m_index != nullptr;
        if (!m_index) {
            report.documents.routing = summarise(sample.logits);
            report.documents.examples =
                surest(sample.logits, m_experts, [&](std::size_t at) { return name_of(m_collection.document(places[at])); });
            return;
        }
        const std::int64_t documents = m_index->info().documents;
        m_progress.begin("reading the documents' gates", Unit::Documents, documents);
        std::vector<float> logits;
        for (DocumentOrdinal ordinal = 0; ordinal < documents; ++ordinal, m_progress.advance())
            append(logits, m_index->gate(m_gate, ordinal));
        report.documents.routing = summarise(logits);
        report.documents.examples = surest(
            logits, m_experts, [&](std::size_t at) { return name_of(m_collection.document(static_cast<DocumentOrdinal>(at))); });
        m_document_first = first_choices(logits, m_experts);
    }

    void add_agreement(GateReport& report, const std::vector<Query>& queries,
                       const std::vector<std::int32_t>& first) {
        struct Pair {
            std::int32_t query_first;
            DocumentOrdinal document;
        };
        std::vector<Pair> pairs;
        const Qrels qrels = m_collection.qrels(m_options.split);
        for (std::size_t query = 0; query < queries.size(); ++query) {
            m_progress.check_cancelled();
            const auto judged = qrels.find(queries[query].id);
            if (judged == qrels.end()) continue;
            for (const auto& [id, grade] : judged->second)
                if (const auto document = grade > 0 ? m_collection.find(id) : std::nullopt)
                    pairs.push_back({first[query], *document});
        }
        std::vector<std::int32_t> query_first, document_first;
        if (m_index) {
            for (const Pair& pair : pairs) {
                if (pair.document >= std::ssize(m_document_first)) continue; // the index does not have it yet
                query_first.push_back(pair.query_first);
                document_first.push_back(m_document_first[static_cast<std::size_t>(pair.document)]);
            }
        } else {
            std::vector<std::string> texts;
            for (const std::int64_t place : spread_evenly(std::ssize(pairs), m_options.sample)) {
                const Pair& pair = pairs[static_cast<std::size_t>(place)];
                query_first.push_back(pair.query_first);
                texts.push_back(m_collection.document(pair.document).content());
            }
            document_first = first_choices(
                encode(texts, Role::Document, "encoding the documents that answer", Unit::Documents),
                m_experts);
        }
        report.agreement = route_agreement(query_first, document_first);
    }

    const Model& m_model;
    const Collection& m_collection;
    const Index* m_index;
    const GateReportOptions& m_options;
    Progress& m_progress;
    std::size_t m_gate, m_experts, m_width;
    std::vector<std::int32_t> m_document_first; ///< of the index's documents, by ordinal
};

} // namespace

std::size_t gate_expert(const Model& model) {
    const auto experts = model.experts();
    const auto gate = std::ranges::find_if(experts, [](const ExpertInfo& expert) { return expert.gate > 0; });
    if (gate == experts.end())
        throw Error(
            ErrorKind::InvalidInput,
            fmt::format("model {} has no gate: it is of kind {}, and only models of kind sbmoe have one",
                        model.name(), model.kind()));
    if (gate->gate < 2)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("model {} has one expert: its gate has nothing to choose from", model.name()));
    return static_cast<std::size_t>(gate - experts.begin());
}

GateReport report_gate(const Model& model, const Collection& collection, const Index* index,
                       const GateReportOptions& options, Progress& progress) {
    check(options.sample >= 1, "report_gate: an empty sample");
    return Reporter(model, collection, index, options, progress).make();
}

} // namespace cameo
