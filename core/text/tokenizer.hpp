#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Bytes [begin, end) of the text that was given to encode(), not of its normalised form. Empty for a token
/// that stands for no text ([CLS], [SEP], [MASK], markers).
struct TextSpan {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool operator==(const TextSpan&) const = default;
};

/// One text as a model sees it. ids and spans have the same length T.
struct Encoding {
    std::vector<std::int32_t> ids;
    std::vector<TextSpan> spans;
    bool truncated = false; ///< the text had more tokens than max_tokens allowed
};

/// BERT's tokenizer: cleaning, optional lower-casing and accent stripping, CJK spacing, punctuation splitting
/// and greedy longest-match WordPiece (Wu et al., arXiv 1609.08144; Devlin et al., arXiv 1810.04805). Token
/// ids are those of Hugging Face's BertTokenizerFast for the same files. Invalid UTF-8 is read as U+FFFD,
/// byte by byte. Immutable after load; thread-safe.
class Tokenizer {
public:
    /// Reads `tokenizer.json` where the folder has one, else `vocab.txt` with `tokenizer_config.json`.
    /// @throws Error naming the file: missing, not JSON, a tokenizer of another kind, a vocabulary without
    /// [UNK].
    static std::shared_ptr<const Tokenizer> load(const std::filesystem::path& folder);

    virtual ~Tokenizer() = default;

    /// [CLS] text [SEP], cut from the right so that the whole has at most max_tokens (>= 2) ids.
    virtual Encoding encode(std::string_view text, std::size_t max_tokens) const = 0;

    /// The piece, such as "play" or "##ing". @pre 0 <= id < vocabulary_size()
    virtual std::string_view token(std::int32_t id) const = 0;
    /// -1 when the vocabulary has no such piece.
    virtual std::int32_t id(std::string_view token) const = 0;
    virtual std::size_t vocabulary_size() const = 0;

    struct Special {
        std::int32_t cls = -1, sep = -1, pad = -1, unk = -1, mask = -1; ///< -1: the vocabulary has none
    };
    virtual const Special& special() const = 0;
    bool is_special(std::int32_t id) const {
        const auto& s = special();
        return id == s.cls || id == s.sep || id == s.pad || id == s.mask;
    }
};

/// The piece, or "#7" for a number that the vocabulary has not.
inline std::string token_or_number(const Tokenizer& tokenizer, std::int32_t id) {
    if (id < 0 || static_cast<std::size_t>(id) >= tokenizer.vocabulary_size()) return std::string(1, '#').append(std::to_string(id));
    return std::string(tokenizer.token(id));
}

} // namespace cameo
