#pragma once

#include "core/search/fusion.hpp"
#include "core/search/ledger.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// One addend of an expert's raw score.
struct Leaf {
    enum class Kind {
        Term,     ///< a word that query and document share: query weight times document weight
        Pair,     ///< a query token with its best document token: their similarity
        Product,  ///< the inner product of the two whole vectors
        Residual, ///< what rounding and compression leave
    };
    Kind kind = Kind::Residual;
    std::int32_t key = -1; ///< Term: id in the vocabulary; Pair: row of the query token; else -1
    std::string words;     ///< "music", "play → plays", "whole text", "residual"
    double raw = 0;
    bool operator==(const Leaf&) const = default;
};

/// The addends of a score, the largest first and the residual last; terms that only one side has add nothing and are left
/// out. They add up to ExpertLedger::raw but for the last bits of a double.
std::vector<Leaf> leaves(const ExpertLedger& part);

/// What one leaf does to the difference of two documents' scores.
struct LeafDifference {
    Leaf::Kind kind = Leaf::Kind::Residual;
    std::int32_t key = -1;
    std::string words;     ///< where a token's matches differ: "play → plays against player"
    double a = 0, b = 0;   ///< raw; 0 where the document does not have it
    double difference = 0; ///< (a - b) times what one unit of raw score adds; of raw scores where the fusion counts ranks
};

struct ExpertDifference {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    double raw = 0;  ///< a's raw score minus b's
    double used = 0; ///< a's part of the fused score minus b's
    bool straight = true; ///< the leaves' differences add up to `used` with `rest`; false: to `raw`, and `used` comes of ranks
    std::vector<LeafDifference> leaves; ///< without those that are 0, the largest in size first
    double rest = 0; ///< not 0 but for rounding where one document was outside the union: its own score moves the norms
};

/// Why a document stands above another one: their scores subtracted, leaf by leaf.
struct LedgerDifference {
    std::string a, b; ///< ids
    std::int32_t rank_a = 0, rank_b = 0;
    std::string fusion;
    double score = 0; ///< a's fused score minus b's: the sum of the experts' `used` with `residual`
    std::vector<ExpertDifference> experts;
    double residual = 0;
};

/// @param lines [E] of the trace that both ledgers were made under   @pre both ledgers are of these experts
LedgerDifference subtract(const Ledger& a, const Ledger& b, std::span<const FusionLine> lines);

/// For `cameo explain --against`: columns aligned, the leaves of each expert, sums and rests printed.
std::string to_text(const LedgerDifference& difference);
/// {"a","b","rank_a","rank_b","fusion","difference","residual","experts":[{"name","kind","raw","used","straight","rest",
///   "leaves":[{"kind":"term"|"pair"|"product"|"residual","words","a","b","difference"}]}]}
std::string to_json(const LedgerDifference& difference);

} // namespace cameo
