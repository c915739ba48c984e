#include "core/text/wordpiece.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <limits>

namespace cameo {

namespace {

/// Long texts are normalised in parts, so that what lies beyond max_tokens costs nothing and the buffers stay
/// in cache.
constexpr std::size_t kBlockBytes = 4096;

std::vector<AddedToken> raw_tokens(const TokenizerSpec& spec) {
    auto tokens = spec.added;
    std::erase_if(tokens, [](const AddedToken& token) { return token.normalized; });
    return tokens;
}

std::vector<AddedToken> normalized_tokens(const TokenizerSpec& spec) {
    const BertNormalizer normalizer(spec.normalizer);
    auto tokens = spec.added;
    std::erase_if(tokens, [](const AddedToken& token) { return !token.normalized; });
    for (auto& token : tokens) {
        NormalizedText text;
        normalizer.append(token.content, 0, token.content.size(), text);
        token.content = text.bytes;
    }
    return tokens;
}

PieceTrie trie(const std::vector<std::string>& pieces, std::string_view prefix) {
    std::vector<PieceTrie::Entry> entries;
    entries.reserve(pieces.size());
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        std::string_view piece = pieces[id];
        if (!piece.starts_with(prefix) || piece.size() == prefix.size()) continue;
        entries.emplace_back(piece.substr(prefix.size()), static_cast<std::int32_t>(id));
    }
    return PieceTrie(std::move(entries));
}

} // namespace

WordPiece::WordPiece(TokenizerSpec spec)
    : m_pieces(std::move(spec.pieces)), m_normalizer(spec.normalizer), m_raw_tokens(raw_tokens(spec)),
      m_normalized_tokens(normalized_tokens(spec)), m_initial(trie(m_pieces, "")),
      m_continuing(trie(m_pieces, spec.continuing_prefix)), m_max_word_characters(spec.max_word_characters) {
    m_ids.reserve(m_pieces.size());
    for (std::size_t k = 0; k < m_pieces.size(); ++k)
        if (!m_pieces[k].empty()) m_ids.emplace(m_pieces[k], static_cast<std::int32_t>(k));
    m_special = {.cls = id(spec.cls),
                 .sep = id(spec.sep),
                 .pad = id(spec.pad),
                 .unk = id(spec.unk),
                 .mask = id(spec.mask)};
}

std::string_view WordPiece::token(std::int32_t id) const {
    check(id >= 0 && static_cast<std::size_t>(id) < m_pieces.size(),
          "Tokenizer::token: id out of the vocabulary");
    return m_pieces[static_cast<std::size_t>(id)];
}

std::int32_t WordPiece::id(std::string_view token) const {
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? -1 : found->second;
}

Encoding WordPiece::encode(std::string_view text, std::size_t max_tokens) const {
    check(max_tokens >= 2, "Tokenizer::encode: max_tokens below 2");
    if (text.size() > std::numeric_limits<std::uint32_t>::max())
        throw Error(ErrorKind::InvalidInput, "a text of " + std::to_string(text.size()) +
                                                 " bytes cannot be tokenised, expected less than 4 GiB");
    Encoding out;
    const auto expected = std::min(max_tokens, text.size() / 4 + 8);
    out.ids.reserve(expected);
    out.spans.reserve(expected);
    Sink sink{out, max_tokens - 1};
    sink.push(m_special.cls, {});
    std::size_t from = 0;
    while (from < text.size() && !sink.full()) {
        const auto found = m_raw_tokens.next(text, from);
        encode_plain(text, from, found ? found->begin : text.size(), sink);
        if (!found) break;
        if (!sink.full())
            sink.push(found->id,
                      {static_cast<std::uint32_t>(found->begin), static_cast<std::uint32_t>(found->end)});
        from = found->end;
    }
    out.truncated = sink.full();
    if (out.truncated) {
        out.ids.resize(sink.limit);
        out.spans.resize(sink.limit);
    }
    sink.push(m_special.sep, {});
    return out;
}

void WordPiece::encode_plain(std::string_view text, std::size_t begin, std::size_t end, Sink& sink) const {
    thread_local NormalizedText scratch;
    // A token that is looked for in the normal form may hold spaces: then the text is not cut.
    const auto block = m_normalized_tokens.empty() ? kBlockBytes : end;
    while (begin < end && !sink.full()) {
        const auto cut = end - begin <= block ? end : std::min(end, text.find_first_of(" \n", begin + block));
        scratch.clear();
        m_normalizer.append(text, begin, cut, scratch);
        encode_normalized(scratch, sink);
        begin = cut;
    }
    constexpr std::size_t kKeptBytes = 1 << 20; // a giant text must not hold its buffers for ever
    if (scratch.bytes.capacity() > kKeptBytes) scratch = {};
}

void WordPiece::encode_normalized(const NormalizedText& text, Sink& sink) const {
    std::size_t from = 0;
    while (from < text.size() && !sink.full()) {
        const auto found = m_normalized_tokens.next(text.bytes, from);
        encode_words(text, from, found ? found->begin : text.size(), sink);
        if (!found) break;
        if (!sink.full())
            sink.push(found->id, {text.origins[found->begin].begin, text.origins[found->end - 1].end});
        from = found->end;
    }
}

void WordPiece::encode_words(const NormalizedText& text, std::size_t begin, std::size_t end,
                             Sink& sink) const {
    while (begin < end && !sink.full()) {
        const auto first = text.kinds[begin];
        auto next = begin + 1;
        const auto inside = [&](ByteKind kind) {
            return kind == ByteKind::Continuation || (kind == ByteKind::Word && first == ByteKind::Word);
        };
        while (next < end && inside(text.kinds[next]))
            ++next;
        if (first != ByteKind::Space) encode_word(text, begin, next, sink);
        begin = next;
    }
}

void WordPiece::encode_word(const NormalizedText& text, std::size_t begin, std::size_t end,
                            Sink& sink) const {
    const auto span = [&](std::size_t first, std::size_t last) {
        // Canonical ordering may have put a later mark first.
        const auto& a = text.origins[first];
        const auto& b = text.origins[last - 1];
        return TextSpan{a.begin, std::max(a.end, b.end)};
    };
    const auto unknown = [&] { sink.push(m_special.unk, span(begin, end)); };
    if (end - begin > m_max_word_characters) {
        const auto kinds = text.kinds.begin();
        const auto continuing = std::count(kinds + static_cast<std::ptrdiff_t>(begin),
                                           kinds + static_cast<std::ptrdiff_t>(end), ByteKind::Continuation);
        if (end - begin - static_cast<std::size_t>(continuing) > m_max_word_characters) return unknown();
    }
    const auto before = sink.out.ids.size();
    const std::string_view word(text.bytes.data() + begin, end - begin);
    for (std::size_t at = 0; at < word.size();) {
        const auto match = (at == 0 ? m_initial : m_continuing).longest(word.substr(at));
        if (match.value < 0) {
            sink.out.ids.resize(before);
            sink.out.spans.resize(before);
            return unknown();
        }
        sink.push(match.value, span(begin + at, begin + at + match.size));
        at += match.size;
    }
}

std::shared_ptr<const Tokenizer> Tokenizer::load(const std::filesystem::path& folder) {
    return std::make_shared<WordPiece>(read_tokenizer_files(folder));
}

} // namespace cameo
