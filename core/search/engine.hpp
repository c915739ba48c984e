#pragma once

#include "core/data/collection.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/model.hpp"
#include "core/search/learned_fusion.hpp"
#include "core/search/trace.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct QueryRequest {
    std::string text;
    FusionSpec fusion;
    std::int32_t depth = 100;  ///< candidates of each expert
    std::int32_t ledgers = 10; ///< how many of the best fused documents are opened at once
    std::string split = "test"; ///< whose judgments count when the text is one of the collection's queries
    std::string parent;               ///< for Trace::parent
    /// A result of the same text, of this model, without term edits: what its experts read is taken from it instead of encoding the
    /// text again, which a slider has no time for. Null, or of something else: it is encoded.
    std::shared_ptr<const Trace> encoded;
    std::vector<TermEdit> term_edits; ///< for the lexical experts, in place of their own weights; words need not be set
};

/// What a list shows of a document (see UnionDocument).
struct DocumentName {
    std::string id;
    std::string title;
    std::string snippet;
};

/// Longest query that is read; more is cut with query_truncated set. (Experts read far less.)
inline constexpr std::size_t kMaxQueryBytes = 64 * 1024;

/// One model, one collection and their index, ready to answer. Immutable; thread-safe.
class SearchEngine {
public:
    /// The index may cover less than the collection: while it is built, or after the collection grew at its
    /// end.
    /// The model's learned fusion is read as it lies in its folder now. One that is damaged, or of other experts, is as
    /// good as none until somebody asks for it: the other fusions need not suffer.
    /// @param effort of approximate searches by MaxSim   @param lexical of approximate sparse searches
    /// @throws Error when the index was made by another version of the model or of the collection.
    SearchEngine(std::shared_ptr<const Model> model, std::shared_ptr<const Collection> collection,
                 std::shared_ptr<const Index> index, LocalEffort effort = {}, LexicalEffort lexical = {});

    /// Text to tokens, each expert's representation, each expert's candidates, their union, every expert's
    /// score of every document of the union, fusion, ledgers. Invalid UTF-8 is read as U+FFFD.
    /// @throws Error(InvalidInput) when nothing is left of the text, or when a term edit is outside of the vocabulary, not
    /// a number from 0 up, or there twice; Cancelled.
    Trace run(const QueryRequest& request, Progress& progress) const;

    /// The ledger of any indexed document under a trace of this engine. One outside the union (rank 0) is
    /// scored by every expert and fused as if it had been in it.
    /// @throws Error(NotFound) when there is no such id, or the index does not cover it yet;
    /// Error(InvalidInput) when the trace is of another model or collection.
    Ledger explain(const Trace& trace, std::string_view document_id) const;

    /// The vocabulary's term that a lexical expert reads this word as.
    /// @throws Error(InvalidInput) when it is read as several pieces or as none, naming them, or when no expert is
    /// lexical.
    std::int32_t term(std::string_view word) const;

    /// Id, title and first words of indexed documents, kept after the first time. Thread-safe.
    std::vector<DocumentName> names(std::span<const DocumentOrdinal> documents) const;

    /// Null where the model has none that can be used.
    const LearnedFusion* learned_fusion() const { return m_learned ? &*m_learned : nullptr; }
    /// @throws Error(InvalidInput) saying why, when the fusion is Adaptive and there is no learned one, or when its
    /// weights are not one an expert.
    void check_usable(const FusionSpec& fusion) const;
    /// What the learned fusion predicts for a query: [E]; empty where there is none.
    /// @param raw [D, E] row-major, of the union in the order of ids
    std::vector<double> query_weights(std::span<const float> raw) const;

    const Model& model() const { return *m_model; }
    const Collection& collection() const { return *m_collection; }
    const Index& index() const { return *m_index; }
    /// How its experts look for candidates: without documents that were removed from the collection since it was indexed.
    CandidateOptions candidate_options() const;

private:
    struct Book; ///< what is read from the collection once and kept: ids, titles, judged queries

    void read_learned_fusion();
    /// [E] of the query, from a result that has them already or from the model.
    std::vector<Representation> representations_of(const Trace* encoded, const Trace& wanted, Progress& progress) const;
    Ledger open_ledger(const Trace& trace, std::span<const Encoding> texts,
                       const UnionDocument& document) const;

    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Collection> m_collection;
    std::shared_ptr<const Index> m_index;
    LocalEffort m_effort;
    LexicalEffort m_lexical;
    std::shared_ptr<Book> m_book;
    std::optional<LearnedFusion> m_learned;
    std::string m_no_learned; ///< why there is none
};

} // namespace cameo
