#pragma once

#include "core/text/tokenizer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// One way of matching a query and a document.
enum class ExpertKind { Lexical, Local, Global };
enum class Role { Query, Document };

/// w_v(x) for the terms v with w > 0, term ids ascending (design.md section 3, "lexical").
struct SparseVector {
    std::vector<std::int32_t> terms;
    std::vector<float> weights;
};

/// One row for each kept token: [T, width] float32, row-major. `tokens` and `spans` say which token a row stands for.
struct TokenVectors {
    std::int32_t width = 0;
    std::vector<float> rows;
    std::vector<std::int32_t> tokens;
    std::vector<TextSpan> spans;
    std::size_t count() const { return tokens.size(); }
};

/// What an expert made of one text: exactly the member of its kind is filled.
struct Representation {
    SparseVector sparse;       ///< ExpertKind::Lexical
    TokenVectors tokens;       ///< ExpertKind::Local
    std::vector<float> pooled; ///< ExpertKind::Global, [width]
    std::vector<float> gate;   ///< of an SB-MoE model's gate: clean logits [N]; empty otherwise
    bool truncated = false;    ///< the text was longer than the expert reads
};

} // namespace cameo
