#pragma once

#include "core/text/tokenizer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct NormalizerOptions {
    bool clean_text = true;
    bool handle_chinese_chars = true;
    bool strip_accents = true;
    bool lowercase = true;
    bool operator==(const NormalizerOptions&) const = default;
};

/// What a byte of normalised text is to the pre-tokeniser.
enum class ByteKind : std::uint8_t {
    Continuation, ///< a later byte of the character before it
    Word,
    Space,
    Punctuation,
};

/// Normalised text with, for each of its bytes, where it came from and what it is. The three have one length.
struct NormalizedText {
    std::string bytes;
    std::vector<TextSpan> origins;
    std::vector<ByteKind> kinds;

    std::size_t size() const { return bytes.size(); }
    void clear() {
        bytes.clear();
        origins.clear();
        kinds.clear();
    }
};

/// BERT's normalisation, as Hugging Face's BertNormalizer does it: clean, set CJK apart, decompose and drop
/// accents, lower-case, in this order. Immutable; thread-safe.
class BertNormalizer {
public:
    explicit BertNormalizer(NormalizerOptions options);

    /// Appends the normal form of text[begin, end); origins count from the start of `text`.
    /// @pre begin and end lie on character boundaries.
    void append(std::string_view text, std::size_t begin, std::size_t end, NormalizedText& out) const;

private:
    void append_other(char32_t value, TextSpan origin, std::size_t& run, NormalizedText& out) const;
    void append_stripped(char32_t value, TextSpan origin, std::size_t& run, NormalizedText& out) const;
    void append_lower(char32_t value, TextSpan origin, NormalizedText& out) const;
    static void emit(char32_t value, TextSpan origin, NormalizedText& out);

    NormalizerOptions m_options;
    const std::uint8_t* m_classes;
    char m_ascii[128];          ///< what an ASCII character becomes
    ByteKind m_ascii_kind[128]; ///< Continuation: dropped
};

} // namespace cameo
