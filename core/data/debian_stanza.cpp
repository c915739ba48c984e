#include "core/data/debian_stanza.hpp"

#include "core/data/columns.hpp"
#include "core/data/line_reader.hpp"

#include <algorithm>

namespace cameo {

StanzaParser::StanzaParser(std::vector<std::string> fields, std::function<void(Stanza&&)> take)
    : m_fields(std::move(fields)), m_take(std::move(take)) {}

void StanzaParser::feed(std::string_view bytes) {
    for (;;) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) {
            m_partial += bytes;
            return;
        }
        if (m_partial.empty()) {
            line(bytes.substr(0, end));
        } else {
            m_partial += bytes.substr(0, end);
            line(m_partial);
            m_partial.clear();
        }
        bytes.remove_prefix(end + 1);
    }
}

void StanzaParser::finish() {
    if (!m_partial.empty()) line(m_partial);
    m_partial.clear();
    end_stanza();
}

void StanzaParser::line(std::string_view text) {
    if (trimmed(text).empty()) {
        end_stanza();
    } else if (text.front() == ' ' || text.front() == '\t') {
        if (m_value) m_value->append(1, '\n').append(text);
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        const auto name = text.substr(0, colon);
        m_value = nullptr;
        if (std::find(m_fields.begin(), m_fields.end(), name) != m_fields.end())
            m_value = &(m_stanza[std::string(name)] = trimmed(text.substr(colon + 1)));
    }
}

void StanzaParser::end_stanza() {
    m_value = nullptr;
    if (m_stanza.empty()) return;
    for (auto& [name, value] : m_stanza)
        for (auto place = find_invalid_utf8(value); place != std::string::npos;
             place = find_invalid_utf8(value))
            value[place] = '?';
    m_take(std::move(m_stanza));
    m_stanza.clear();
}

} // namespace cameo
