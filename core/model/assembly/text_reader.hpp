#pragma once

#include "core/model/assembly/manifest.hpp"

#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace cameo {

/// One text as an encoder gets it.
struct EncoderInput {
    std::vector<std::int32_t> ids;
    std::vector<TextSpan> spans; ///< in the caller's text, without the expert's prefix
    std::size_t attended = 0;    ///< the rest is [MASK] padding that is not attended to
    bool truncated = false;
};

/// Text to ids by one expert's rules: prefix, length, marker behind [CLS], [MASK] padding of queries.
class TextReader {
public:
    /// @throws Error naming the token when the vocabulary lacks a marker, [CLS], [SEP] or [MASK] that is needed.
    TextReader(std::shared_ptr<const Tokenizer> tokenizer, const ExpertSpec& spec);

    EncoderInput read(std::string_view text, Role role) const;
    const Tokenizer& tokenizer() const { return *m_tokenizer; }

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    ExpertSpec m_spec;
    std::int32_t m_query_marker = -1, m_document_marker = -1;
};

/// Which rows of a Local expert's token vectors are kept.
class RowFilter {
public:
    RowFilter(const Tokenizer& tokenizer, const ExpertSpec& spec);
    bool keeps(std::int32_t id, Role role) const;

private:
    std::int32_t m_cls, m_sep;
    bool m_query_special, m_document_special;
    std::unordered_set<std::int32_t> m_skipped; ///< of documents
};

} // namespace cameo
