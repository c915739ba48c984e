#pragma once

#include <cstdint>

namespace cameo {

/// How BERT's normaliser and pre-tokeniser treat a code point, bit by bit; see bert_classes.inc for the
/// origin.
namespace bert_class {
constexpr std::uint8_t kDropped = 1;     ///< clean_text leaves it out
constexpr std::uint8_t kWhitespace = 2;  ///< separates tokens
constexpr std::uint8_t kPunctuation = 4; ///< a token of its own
constexpr std::uint8_t kCjk = 8;         ///< set apart by spaces
constexpr std::uint8_t kNonspacing = 16; ///< strip_accents drops it
} // namespace bert_class

/// One byte for each of the 0x110000 code points. Built at first use.
const std::uint8_t* bert_classes();

/// Canonical combining class for ordering what strip_accents keeps and drops; 0 for a starter.
int bert_combining_class(char32_t value);

/// Canonical decomposition. @param out room for 8. @return how many code points it became, at least 1.
int bert_decompose(char32_t value, char32_t* out);

/// Lower case without context. @param out room for 2. @return how many code points it became.
int bert_lower(char32_t value, char32_t* out);

/// Whether it is one of the cased letters that Unicode 15 to 17 added, which utf8proc may not know.
bool bert_recent_letter(char32_t value);

} // namespace cameo
