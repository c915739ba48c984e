#include "core/search/engine.hpp"

#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"
#include "core/base/random_id.hpp"
#include "core/search/query_text.hpp"
#include "core/search/retrieval.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace cameo {

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::string_view kSpaces = " \t\r\n\v\f";

double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// The first words of a text on one line, at most 160 bytes.
std::string snippet(std::string_view text) {
    constexpr std::size_t kMost = 160;
    std::string line;
    for (std::size_t begin = text.find_first_not_of(kSpaces); begin < text.size() && line.size() < kMost;) {
        const std::size_t end = std::min(text.find_first_of(kSpaces, begin), text.size());
        if (!line.empty()) line += ' ';
        line += text.substr(begin, end - begin);
        begin = text.find_first_not_of(kSpaces, end);
    }
    if (line.size() <= kMost) return line;
    const std::size_t space = line.find_last_of(' ', kMost);
    if (space != line.npos) return line.substr(0, space);
    std::size_t whole = kMost; // one long word, or a script without spaces: cut between two characters
    while (whole > 0 && (static_cast<unsigned char>(line[whole]) & 0xC0) == 0x80)
        --whole;
    return line.substr(0, whole);
}

} // namespace

struct SearchEngine::Book {
    struct JudgedQueries {
        std::unordered_map<std::string, std::string> id_of_text;
        Qrels qrels;
    };

    std::shared_mutex names_mutex;
    std::unordered_map<DocumentOrdinal, DocumentName> names;

    std::mutex judged_mutex;
    std::map<std::string, std::shared_ptr<const JudgedQueries>> judged; ///< by split

    std::shared_ptr<const JudgedQueries> judgments(const Collection& collection, const std::string& split) {
        const std::lock_guard lock(judged_mutex);
        auto& entry = judged[split];
        if (!entry) {
            auto read = std::make_shared<JudgedQueries>();
            for (const Query& query : collection.queries(split))
                read->id_of_text.emplace(clean_query(query.text, kMaxQueryBytes).text, query.id);
            read->qrels = collection.qrels(split);
            entry = std::move(read);
        }
        return entry;
    }
};

SearchEngine::SearchEngine(std::shared_ptr<const Model> model, std::shared_ptr<const Collection> collection,
                           std::shared_ptr<const Index> index, LocalEffort effort, LexicalEffort lexical)
    : m_model(std::move(model)), m_collection(std::move(collection)), m_index(std::move(index)), m_effort(effort), m_lexical(lexical),
      m_book(std::make_shared<Book>()) {
    const IndexInfo& info = m_index->info();
    const auto refuse = [&](const char* what, const std::string& found, const std::string& expected) {
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("the index of {} and {} was made with another version of the "
                                "{} ({} where {} is in use): run `cameo index` again",
                                info.model, info.collection, what, found, expected));
    };
    if (info.model_version != m_model->version()) refuse("model", info.model_version, m_model->version());
    if (!m_collection->grew_from(info.collection_version))
        refuse("collection", info.collection_version, m_collection->version());
    check(info.experts.size() == m_model->experts().size() && !info.experts.empty() &&
              info.experts.size() <= 32 && info.documents <= m_collection->size(),
          "SearchEngine: index and model or collection disagree in size");
    read_learned_fusion();
}

CandidateOptions SearchEngine::candidate_options() const {
    const auto& removed = m_collection->removed();
    return {.hidden = removed.empty() ? nullptr : &removed, .local = m_effort, .lexical = m_lexical};
}

void SearchEngine::read_learned_fusion() {
    m_no_learned = fmt::format("model {0} has no learned fusion: `cameo fuse --model {0} --collection {1}` makes one",
                               m_model->name(), m_collection->name());
    if (m_model->folder().empty()) return;
    const auto file = learned_fusion_file(m_model->folder());
    try {
        m_learned = cameo::read_learned_fusion(file);
    } catch (const Error& error) {
        m_no_learned = error.what();
    }
    const auto infos = m_model->experts();
    if (!m_learned || std::equal(infos.begin(), infos.end(), m_learned->experts.begin(), m_learned->experts.end(),
                                 [](const ExpertInfo& info, const std::string& name) { return info.name == name; }))
        return;
    std::vector<std::string> names;
    for (const ExpertInfo& info : infos)
        names.push_back(info.name);
    m_no_learned = fmt::format("{}: its experts are {}, the model's are {}; `cameo fuse` makes it anew", file.string(),
                               fmt::join(m_learned->experts, ", "), fmt::join(names, ", "));
    m_learned.reset();
}

void SearchEngine::check_usable(const FusionSpec& fusion) const {
    const std::size_t experts = m_model->experts().size();
    if (!fusion.weights.empty() && fusion.weights.size() != experts)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("fusion '{}' has {} weights, the model has {} experts", to_string(fusion),
                                fusion.weights.size(), experts));
    if (fusion.method == FusionMethod::Adaptive && !m_learned) throw Error(ErrorKind::InvalidInput, m_no_learned);
}

std::vector<double> SearchEngine::query_weights(std::span<const float> raw) const {
    if (!m_learned) return {};
    return predicted_weights(m_learned->gate, gate_features(raw, m_learned->experts.size()));
}

std::vector<DocumentName> SearchEngine::names(std::span<const DocumentOrdinal> documents) const {
    std::vector<DocumentName> names(documents.size());
    std::vector<std::size_t> missing;
    {
        const std::shared_lock lock(m_book->names_mutex);
        for (std::size_t at = 0; at < documents.size(); ++at) {
            const auto known = m_book->names.find(documents[at]);
            if (known != m_book->names.end())
                names[at] = known->second;
            else
                missing.push_back(at);
        }
    }
    for (const std::size_t at : missing) {
        Document document = m_collection->document(documents[at]);
        names[at] = {std::move(document.id), std::move(document.title), snippet(document.text)};
    }
    if (!missing.empty()) {
        const std::unique_lock lock(m_book->names_mutex);
        constexpr std::size_t kMostNames = 1'000'000; // some 300 MB
        if (m_book->names.size() + missing.size() > kMostNames) m_book->names.clear();
        for (const std::size_t at : missing)
            m_book->names.emplace(documents[at], names[at]);
    }
    return names;
}

namespace {

std::vector<Encoding> tokenize(const Model& model, std::string_view text, Role role) {
    std::vector<Encoding> encodings;
    for (std::size_t expert_idx = 0; expert_idx < model.experts().size(); ++expert_idx) {
        const ExpertInfo& info = model.experts()[expert_idx];
        const std::int32_t most = role == Role::Query ? info.max_query_tokens : info.max_document_tokens;
        encodings.push_back(
            model.tokenizer(expert_idx).encode(text, static_cast<std::size_t>(std::max(most, 2))));
    }
    return encodings;
}

std::vector<std::string> words(const Tokenizer& tokenizer, std::span<const std::int32_t> ids) {
    std::vector<std::string> list;
    list.reserve(ids.size());
    for (const std::int32_t id : ids)
        list.push_back(token_or_number(tokenizer, id));
    return list;
}

/// The first one. @throws Error when there is none.
std::size_t lexical_expert(const Model& model) {
    const auto infos = model.experts();
    const auto found = std::find_if(infos.begin(), infos.end(),
                                    [](const ExpertInfo& info) { return info.kind == ExpertKind::Lexical; });
    if (found == infos.end())
        throw Error(ErrorKind::InvalidInput, fmt::format("model {} has no lexical expert: it weighs no terms", model.name()));
    return static_cast<std::size_t>(found - infos.begin());
}

/// By term, checked, with the words of the vocabulary.
std::vector<TermEdit> checked_edits(std::vector<TermEdit> edits, const Tokenizer& tokenizer, std::int32_t vocabulary) {
    std::sort(edits.begin(), edits.end(), [](const TermEdit& a, const TermEdit& b) { return a.term < b.term; });
    for (TermEdit& edit : edits) {
        if (edit.term < 0 || edit.term >= vocabulary)
            throw Error(ErrorKind::InvalidInput,
                        fmt::format("term {}: the vocabulary has {} terms", edit.term, vocabulary));
        if (!std::isfinite(edit.weight) || edit.weight < 0)
            throw Error(ErrorKind::InvalidInput,
                        fmt::format("term '{}': its weight is {} where a number from 0 up is expected",
                                    token_or_number(tokenizer, edit.term), edit.weight));
        edit.word = token_or_number(tokenizer, edit.term);
    }
    const auto twice = std::adjacent_find(edits.begin(), edits.end(),
                                          [](const TermEdit& a, const TermEdit& b) { return a.term == b.term; });
    if (twice != edits.end())
        throw Error(ErrorKind::InvalidInput, fmt::format("term '{}': there are two weights for it", twice->word));
    return edits;
}

/// Both ascend by term.
SparseVector edited(const SparseVector& own, std::span<const TermEdit> edits) {
    SparseVector result;
    const auto add = [&](std::int32_t term, float weight) {
        if (weight <= 0) return;
        result.terms.push_back(term);
        result.weights.push_back(weight);
    };
    std::size_t edit = 0;
    for (std::size_t at = 0; at < own.terms.size(); ++at) {
        for (; edit < edits.size() && edits[edit].term < own.terms[at]; ++edit)
            add(edits[edit].term, edits[edit].weight);
        const bool replaced = edit < edits.size() && edits[edit].term == own.terms[at];
        add(own.terms[at], replaced ? edits[edit++].weight : own.weights[at]);
    }
    for (; edit < edits.size(); ++edit)
        add(edits[edit].term, edits[edit].weight);
    return result;
}

/// Whether the query of a trace is what experts such as these make of one.
bool fits(const Trace& trace, std::span<const ExpertInfo> experts) {
    return std::equal(trace.experts.begin(), trace.experts.end(), experts.begin(), experts.end(),
                      [](const ExpertTrace& expert, const ExpertInfo& info) {
                          const Representation& query = expert.query;
                          if (expert.kind != info.kind) return false;
                          switch (info.kind) {
                          case ExpertKind::Lexical:
                              return std::all_of(
                                  query.sparse.terms.begin(), query.sparse.terms.end(),
                                  [&](std::int32_t term) { return term >= 0 && term < info.width; });
                          case ExpertKind::Local:
                              return query.tokens.count() == 0 || query.tokens.width == info.width;
                          case ExpertKind::Global:
                              return query.pooled.size() == static_cast<std::size_t>(info.width);
                          }
                          return false;
                      });
}

} // namespace

Ledger SearchEngine::open_ledger(const Trace& trace, std::span<const Encoding> texts,
                                 const UnionDocument& document) const {
    Document stored = m_collection->document(document.ordinal);
    Ledger ledger;
    ledger.ordinal = document.ordinal;
    ledger.id = document.id;
    ledger.title = document.title;
    ledger.content = stored.content();
    ledger.title_bytes = ledger.content.starts_with(stored.title) ? stored.title.size() : 0;
    ledger.fields = std::move(stored.fields);
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        const ExpertTrace& expert = trace.experts[expert_idx];
        const Tokenizer& tokenizer = m_model->tokenizer(expert_idx);
        const auto most =
            static_cast<std::size_t>(std::max(m_model->experts()[expert_idx].max_document_tokens, 2));
        // Only lexical terms have to be looked for in the text; token vectors know their places.
        const Encoding content =
            expert.kind == ExpertKind::Lexical ? tokenizer.encode(ledger.content, most) : Encoding{};
        const Representation representation = m_index->document(expert_idx, document.ordinal);
        ledger.experts.push_back(open_score({.name = expert.name,
                                             .kind = expert.kind,
                                             .tokenizer = tokenizer,
                                             .query = expert.query,
                                             .document = representation,
                                             .query_ids = texts[expert_idx].ids,
                                             .content = content,
                                             .raw = document.raw[expert_idx],
                                             .postings = [&](std::int32_t term) {
                                                 return m_index->postings(expert_idx, term);
                                             }}));
    }
    return ledger;
}

std::int32_t SearchEngine::term(std::string_view typed) const {
    const Tokenizer& tokenizer = m_model->tokenizer(lexical_expert(*m_model));
    if (const std::int32_t whole = tokenizer.id(typed); whole >= 0) return whole; // also a fragment, "##book"
    std::vector<std::int32_t> pieces = tokenizer.encode(typed, 32).ids;
    // What the vocabulary cannot write is no term of it.
    std::erase_if(pieces, [&](std::int32_t id) { return tokenizer.is_special(id) || id == tokenizer.special().unk; });
    if (pieces.size() == 1) return pieces.front();
    throw Error(ErrorKind::InvalidInput,
                pieces.empty() ? fmt::format("'{}' is no word that the model's vocabulary knows", typed)
                               : fmt::format("'{}' is not one term of the model's vocabulary but {}: {}", typed, pieces.size(),
                                             fmt::join(words(tokenizer, pieces), ", ")));
}

std::vector<Representation> SearchEngine::representations_of(const Trace* encoded, const Trace& wanted, Progress& progress) const {
    const bool same = encoded && encoded->query == wanted.query && encoded->model_version == wanted.model_version && encoded->term_edits.empty() &&
                      encoded->experts.size() == m_model->experts().size() && fits(*encoded, m_model->experts());
    if (!same) {
        Progress inner(progress.stop_token()); // counts documents, which here would be noise
        auto encodings = m_model->encode(std::span(&wanted.query, 1), Role::Query, inner);
        check(encodings.size() == 1, "Model::encode: wrong shape");
        return std::move(encodings.front());
    }
    std::vector<Representation> representations;
    for (const ExpertTrace& expert : encoded->experts) representations.push_back(expert.query);
    return representations;
}

Trace SearchEngine::run(const QueryRequest& request, Progress& progress) const {
    if (request.depth < 1)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("depth {}: each expert brings at least 1 document", request.depth));
    const std::size_t experts = m_model->experts().size();
    check_usable(request.fusion);
    progress.begin("searching", Unit::Steps, 5);
    const auto start = Clock::now();

    Trace trace;
    trace.id = random_id();
    trace.created_ms = now_ms();
    QueryText query = clean_query(request.text, kMaxQueryBytes);
    trace.query_truncated = query.truncated;
    trace.query = std::move(query.text);
    const std::vector<Encoding> texts = tokenize(*m_model, trace.query, Role::Query);
    const Tokenizer& first = m_model->tokenizer(0);
    if (std::all_of(texts[0].ids.begin(), texts[0].ids.end(),
                    [&](std::int32_t id) { return first.is_special(id); }))
        throw Error(ErrorKind::InvalidInput, trace.query.empty()
                                                 ? "the query is empty"
                                                 : "the query has no word, number or sign to search for");
    trace.tokens = words(first, texts[0].ids);
    trace.model = m_model->name();
    trace.model_version = m_model->version();
    trace.collection = m_collection->name();
    trace.collection_version = m_collection->version();
    trace.indexed_documents = m_index->info().documents;
    trace.expected_documents = std::max(m_index->info().expected, m_collection->size());
    trace.depth = request.depth;
    trace.parent = request.parent;
    if (!request.term_edits.empty()) {
        const std::size_t lexical = lexical_expert(*m_model);
        trace.term_edits = checked_edits(request.term_edits, m_model->tokenizer(lexical), m_model->experts()[lexical].width);
    }

    // Judgments can be read on the side: nothing below needs them.
    const auto judged = m_book->judgments(*m_collection, request.split);
    if (const auto own = judged->id_of_text.find(trace.query); own != judged->id_of_text.end()) {
        trace.query_id = own->second;
        if (const auto grades = judged->qrels.find(own->second); grades != judged->qrels.end())
            trace.grades.insert(grades->second.begin(), grades->second.end());
    }

    const auto encode_start = Clock::now();
    std::vector<Representation> representations = representations_of(request.encoded.get(), trace, progress);
    check(representations.size() == experts, "Model::encode: wrong shape");
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const ExpertInfo& info = m_model->experts()[expert_idx];
        ExpertTrace& expert = trace.experts.emplace_back();
        expert.name = info.name;
        expert.kind = info.kind;
        expert.query = std::move(representations[expert_idx]);
        trace.query_truncated |= expert.query.truncated || texts[expert_idx].truncated;
        if (info.gate > 0) trace.gate = {expert.query.gate, m_model->gate_weights(expert.query.gate)};
        if (info.kind == ExpertKind::Lexical && !trace.term_edits.empty())
            expert.query.sparse = edited(expert.query.sparse, trace.term_edits);
        if (info.kind == ExpertKind::Lexical)
            expert.query_terms = words(m_model->tokenizer(expert_idx), expert.query.sparse.terms);
        if (info.kind == ExpertKind::Local)
            expert.query_terms = words(m_model->tokenizer(expert_idx), expert.query.tokens.tokens);
    }
    trace.timings.encode_ms = milliseconds(Clock::now() - encode_start);
    progress.advance();

    std::vector<Representation> query_of;
    for (const ExpertTrace& expert : trace.experts)
        query_of.push_back(expert.query);
    Retrieval found = retrieve(*this, query_of, request.depth, progress);
    trace.indexed_documents -= found.unanswered;
    trace.query_weights = query_weights(found.raw);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        trace.experts[expert_idx].hits = std::move(found.hits[expert_idx]);
        trace.experts[expert_idx].candidates_ms = found.candidates_ms[expert_idx];
    }
    trace.timings.rescore_ms = found.rescore_ms;
    progress.advance(2);

    const auto fuse_start = Clock::now();
    trace.documents.resize(found.documents.size());
    const auto infos = m_model->experts();
    const auto gated = std::find_if(infos.begin(), infos.end(), [](const ExpertInfo& info) { return info.gate > 0; });
    for (std::size_t document = 0; document < found.documents.size(); ++document) {
        UnionDocument& entry = trace.documents[document];
        entry.ordinal = found.documents[document];
        entry.id = std::move(found.names[document].id);
        entry.title = std::move(found.names[document].title);
        entry.snippet = std::move(found.names[document].snippet);
        const auto row = found.raw.begin() + static_cast<std::ptrdiff_t>(document * experts);
        entry.raw.assign(row, row + static_cast<std::ptrdiff_t>(experts));
        entry.brought_by = found.brought_by[document];
        if (gated != infos.end()) {
            entry.gate.logits = m_index->gate(static_cast<std::size_t>(gated - infos.begin()), entry.ordinal);
            entry.gate.weights = m_model->gate_weights(entry.gate.logits);
        }
    }
    trace = with_fusion(std::move(trace), request.fusion);
    trace.timings.fuse_ms = milliseconds(Clock::now() - fuse_start);
    progress.advance();

    const auto explain_start = Clock::now();
    const std::size_t opened =
        std::min(trace.fused.size(), static_cast<std::size_t>(std::max(request.ledgers, 0)));
    for (std::size_t position = 0; position < opened; ++position) {
        progress.check_cancelled();
        const auto document = static_cast<std::size_t>(trace.fused[position].document);
        trace.ledgers.push_back(open_ledger(trace, texts, trace.documents[document]));
    }
    trace = with_fusion(std::move(trace), request.fusion); // fills in the fusion's part of the ledgers
    trace.timings.explain_ms = milliseconds(Clock::now() - explain_start);

    const DeviceInfo device = m_model->device();
    trace.device = device.device;
    trace.precision = device.precision;
    trace.threads = device.threads;
    trace.timings.total_ms = milliseconds(Clock::now() - start);
    progress.advance();
    return trace;
}

Ledger SearchEngine::explain(const Trace& trace, std::string_view document_id) const {
    if (trace.model_version != m_model->version() || !m_collection->grew_from(trace.collection_version))
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("the query ran with another version of {} or {}: run it again", trace.model,
                                trace.collection));
    if (!fits(trace, m_model->experts()))
        throw Error(
            ErrorKind::InvalidInput,
            fmt::format("the query's representations are not those of model {}: run it again", trace.model));
    // Also of a document in the union: a trace may come from a file, and the index may cover less by now.
    const auto ordinal = m_collection->find(document_id);
    if (!ordinal)
        throw Error(ErrorKind::NotFound,
                    fmt::format("collection {} has no document '{}'", m_collection->name(), document_id));
    if (*ordinal >= m_index->info().documents)
        throw Error(ErrorKind::NotFound,
                    fmt::format("document '{}' is not indexed yet ({} of {} are)", document_id,
                                m_index->info().documents, m_collection->size()));
    const std::vector<Encoding> texts = tokenize(*m_model, trace.query, Role::Query);

    Trace context = trace;
    context.ledgers.clear();
    auto document = std::find_if(context.documents.begin(), context.documents.end(),
                                 [&](const UnionDocument& candidate) { return candidate.id == document_id; });
    const bool outside = document == context.documents.end();
    if (outside) {
        UnionDocument entry;
        entry.id = document_id;
        entry.title = names(std::span(&*ordinal, 1))[0].title;
        entry.raw.resize(context.experts.size());
        for (std::size_t expert_idx = 0; expert_idx < context.experts.size(); ++expert_idx)
            m_index->score(expert_idx, context.experts[expert_idx].query, std::span(&*ordinal, 1),
                           std::span(&entry.raw[expert_idx], 1));
        context.documents.push_back(std::move(entry));
        document = std::prev(context.documents.end());
    }
    document->ordinal = *ordinal;
    context.ledgers.push_back(open_ledger(context, texts, *document));
    context = with_fusion(std::move(context), trace.fusion);
    Ledger ledger = std::move(context.ledgers.front());
    if (outside) ledger.rank = 0;
    return ledger;
}

} // namespace cameo
