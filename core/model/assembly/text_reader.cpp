#include "core/model/assembly/text_reader.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

namespace {

std::int32_t token_named(const Tokenizer& tokenizer, const std::string& token, const ExpertSpec& spec) {
    const auto id = tokenizer.id(token);
    if (id < 0)
        throw Error(ErrorKind::InvalidInput, "expert " + spec.name + " (" + spec.weights +
                                                 "): its vocabulary has no token \"" + token + "\"");
    return id;
}

} // namespace

TextReader::TextReader(std::shared_ptr<const Tokenizer> tokenizer, const ExpertSpec& spec)
    : m_tokenizer(std::move(tokenizer)), m_spec(spec) {
    const auto& special = m_tokenizer->special();
    if (special.cls < 0 || special.sep < 0 || (spec.query_mask_padding && special.mask < 0))
        throw Error(ErrorKind::InvalidInput, "expert " + spec.name + " (" + spec.weights +
                                                 "): its vocabulary lacks [CLS], [SEP] or a needed [MASK]");
    if (!spec.query_marker.empty())
        m_query_marker = token_named(*m_tokenizer, spec.query_marker, spec);
    if (!spec.document_marker.empty())
        m_document_marker = token_named(*m_tokenizer, spec.document_marker, spec);
}

EncoderInput TextReader::read(std::string_view text, Role role) const {
    const bool query = role == Role::Query;
    const auto length = std::size_t(query ? m_spec.max_query_tokens : m_spec.max_document_tokens);
    const std::string& prefix = query ? m_spec.query_prefix : m_spec.document_prefix;
    const std::int32_t marker = query ? m_query_marker : m_document_marker;
    const std::size_t room = marker < 0 ? length : length - 1;

    Encoding encoding = prefix.empty() ? m_tokenizer->encode(text, room)
                                       : m_tokenizer->encode(prefix + std::string(text), room);
    EncoderInput input{std::move(encoding.ids), std::move(encoding.spans), 0, encoding.truncated};
    const auto shift = std::uint32_t(prefix.size());
    for (TextSpan& span : input.spans)
        span = {span.begin - std::min(span.begin, shift), span.end - std::min(span.end, shift)};
    if (marker >= 0) {
        input.ids.insert(input.ids.begin() + 1, marker);
        input.spans.insert(input.spans.begin() + 1, TextSpan{});
    }
    input.attended = input.ids.size();
    if (query && m_spec.query_mask_padding && input.ids.size() < length) {
        input.ids.resize(length, m_tokenizer->special().mask);
        input.spans.resize(length);
        if (m_spec.attend_to_mask_padding)
            input.attended = length;
    }
    return input;
}

RowFilter::RowFilter(const Tokenizer& tokenizer, const ExpertSpec& spec)
    : m_cls(tokenizer.special().cls), m_sep(tokenizer.special().sep), m_query_special(spec.query_special_tokens),
      m_document_special(spec.document_special_tokens) {
    for (const auto& token : spec.skip) {
        if (token != "punctuation") {
            m_skipped.insert(token_named(tokenizer, token, spec));
            continue;
        }
        for (const char symbol : std::string_view("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
            if (const auto id = tokenizer.id(std::string_view(&symbol, 1)); id >= 0)
                m_skipped.insert(id);
    }
}

bool RowFilter::keeps(std::int32_t id, Role role) const {
    if (!(role == Role::Query ? m_query_special : m_document_special) && (id == m_cls || id == m_sep))
        return false;
    return role == Role::Query || !m_skipped.contains(id);
}

} // namespace cameo
