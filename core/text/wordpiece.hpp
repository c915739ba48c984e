#pragma once

#include "core/text/added_tokens.hpp"
#include "core/text/bert_normalizer.hpp"
#include "core/text/tokenizer.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace cameo {

/// Tokenizer over the pieces of a TokenizerSpec. Work is proportional to the text that is needed for
/// max_tokens, not to the text that is given.
class WordPiece final : public Tokenizer {
public:
    explicit WordPiece(TokenizerSpec spec);

    Encoding encode(std::string_view text, std::size_t max_tokens) const override;
    std::string_view token(std::int32_t id) const override;
    std::int32_t id(std::string_view token) const override;
    std::size_t vocabulary_size() const override { return m_pieces.size(); }
    const Special& special() const override { return m_special; }

private:
    /// Receives tokens and knows when there are enough.
    struct Sink {
        Encoding& out;
        std::size_t limit; ///< ids to keep, [CLS] included, [SEP] not
        bool full() const { return out.ids.size() > limit; }
        void push(std::int32_t id, TextSpan span) {
            out.ids.push_back(id);
            out.spans.push_back(span);
        }
    };
    void encode_plain(std::string_view text, std::size_t begin, std::size_t end, Sink& sink) const;
    void encode_normalized(const NormalizedText& text, Sink& sink) const;
    void encode_words(const NormalizedText& text, std::size_t begin, std::size_t end, Sink& sink) const;
    void encode_word(const NormalizedText& text, std::size_t begin, std::size_t end, Sink& sink) const;

    std::vector<std::string> m_pieces;
    std::unordered_map<std::string_view, std::int32_t> m_ids; ///< views into m_pieces
    BertNormalizer m_normalizer;
    AddedTokens m_raw_tokens;        ///< looked for in the text
    AddedTokens m_normalized_tokens; ///< looked for in its normal form
    PieceTrie m_initial, m_continuing;
    std::size_t m_max_word_characters;
    Special m_special;
};

} // namespace cameo
