#include "core/text/bert_normalizer.hpp"

#include "core/text/bert_classes.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>

namespace cameo {

namespace {

/// Bytes of marks after one starter that are put in order among themselves: the 30 that Unicode's stream-safe texts have
/// at most (UAX #15, section 13). Ordering a longer run takes time that is quadratic in it, and no language writes one.
constexpr std::size_t kLongestRun = 30 * 4;

ByteKind kind_of(std::uint8_t classes) {
    if (classes & bert_class::kWhitespace) return ByteKind::Space;
    return classes & bert_class::kPunctuation ? ByteKind::Punctuation : ByteKind::Word;
}

} // namespace

BertNormalizer::BertNormalizer(NormalizerOptions options) : m_options(options), m_classes(bert_classes()) {
    for (int value = 0; value < 128; ++value) {
        const auto classes = m_classes[value];
        const bool upper = options.lowercase && value >= 'A' && value <= 'Z';
        m_ascii[value] = static_cast<char>(upper ? value - 'A' + 'a' : value);
        m_ascii_kind[value] = kind_of(classes);
        if (options.clean_text && classes & bert_class::kDropped)
            m_ascii_kind[value] = ByteKind::Continuation;
        if (options.clean_text && m_ascii_kind[value] == ByteKind::Space) m_ascii[value] = ' ';
    }
}

void BertNormalizer::append(std::string_view text, std::size_t begin, std::size_t end,
                            NormalizedText& out) const {
    // Where the characters begin that canonical ordering may still move: after the last starter.
    std::size_t run = out.size();
    const auto part = text.substr(0, end);
    for (std::size_t at = begin; at < end;) {
        const auto byte = static_cast<unsigned char>(part[at]);
        if (byte < 0x80) {
            if (const auto kind = m_ascii_kind[byte]; kind != ByteKind::Continuation) {
                out.bytes.push_back(m_ascii[byte]);
                out.origins.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + 1)});
                out.kinds.push_back(kind);
                run = out.size();
            }
            ++at;
            continue;
        }
        const auto next = code_point_at(part, at);
        const TextSpan origin{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + next.size)};
        append_other(next.value, origin, run, out);
        at += next.size;
    }
}

void BertNormalizer::append_other(char32_t value, TextSpan origin, std::size_t& run,
                                  NormalizedText& out) const {
    const auto classes = m_classes[value];
    if (m_options.clean_text) {
        if (classes & bert_class::kDropped) return;
        if (classes & bert_class::kWhitespace) value = U' ';
    }
    const bool apart = m_options.handle_chinese_chars && classes & bert_class::kCjk;
    if (apart) emit(U' ', origin, out);
    if (m_options.strip_accents)
        append_stripped(value, origin, run, out);
    else
        append_lower(value, origin, out);
    if (apart) {
        emit(U' ', origin, out);
        run = out.size();
    }
}

void BertNormalizer::append_stripped(char32_t value, TextSpan origin, std::size_t& run,
                                     NormalizedText& out) const {
    char32_t parts[8];
    const int count = bert_decompose(value, parts);
    for (int k = 0; k < count; ++k) {
        const int order = bert_combining_class(parts[k]);
        if (!(m_classes[parts[k]] & bert_class::kNonspacing)) {
            const auto before = out.size();
            if (before - run >= kLongestRun) run = before;
            append_lower(parts[k], origin, out);
            // Canonical ordering: a mark moves before those of a higher class that follow the same starter.
            auto place = before;
            while (order > 0 && place > run) {
                auto previous = place - 1;
                while (out.kinds[previous] == ByteKind::Continuation)
                    --previous;
                if (bert_combining_class(code_point_at(out.bytes, previous).value) <= order) break;
                place = previous;
            }
            if (place != before) {
                const auto turn = [&](auto& row) {
                    std::rotate(row.begin() + static_cast<std::ptrdiff_t>(place),
                                row.begin() + static_cast<std::ptrdiff_t>(before), row.end());
                };
                turn(out.bytes);
                turn(out.origins);
                turn(out.kinds);
            }
        }
        if (order == 0) run = out.size();
    }
}

void BertNormalizer::append_lower(char32_t value, TextSpan origin, NormalizedText& out) const {
    if (!m_options.lowercase) return emit(value, origin, out);
    char32_t lower[2];
    const int count = bert_lower(value, lower);
    for (int k = 0; k < count; ++k)
        emit(lower[k], origin, out);
}

void BertNormalizer::emit(char32_t value, TextSpan origin, NormalizedText& out) {
    char bytes[4];
    const auto size = encode_utf8(value, bytes);
    out.bytes.append(bytes, size);
    out.origins.insert(out.origins.end(), size, origin);
    out.kinds.push_back(kind_of(bert_classes()[value]));
    out.kinds.insert(out.kinds.end(), size - 1, ByteKind::Continuation);
}

} // namespace cameo
