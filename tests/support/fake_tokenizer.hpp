#pragma once

#include "core/text/tokenizer.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Words between spaces, exactly as they are, over a vocabulary that is given; ids are positions. The first
/// five are [PAD] [UNK] [CLS] [SEP] [MASK].
class FakeTokenizer final : public Tokenizer {
public:
    explicit FakeTokenizer(std::vector<std::string> words)
        : m_words{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"} {
        m_words.insert(m_words.end(), words.begin(), words.end());
        for (std::size_t at = 0; at < m_words.size(); ++at)
            m_ids.emplace(m_words[at], static_cast<std::int32_t>(at));
        m_special = {.cls = 2, .sep = 3, .pad = 0, .unk = 1, .mask = 4};
    }

    Encoding encode(std::string_view text, std::size_t max_tokens) const override {
        Encoding encoding{{2}, {{}}, false};
        for (std::size_t begin = text.find_first_not_of(' '); begin < text.size();) {
            const std::size_t end = std::min(text.find(' ', begin), text.size());
            if (encoding.ids.size() + 1 >= max_tokens) {
                encoding.truncated = true;
                break;
            }
            const std::int32_t found = id(text.substr(begin, end - begin));
            encoding.ids.push_back(found < 0 ? 1 : found);
            encoding.spans.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
            begin = text.find_first_not_of(' ', end);
        }
        encoding.ids.push_back(3);
        encoding.spans.push_back({});
        return encoding;
    }
    std::string_view token(std::int32_t at) const override {
        return m_words.at(static_cast<std::size_t>(at));
    }
    std::int32_t id(std::string_view token) const override {
        const auto found = m_ids.find(token);
        return found == m_ids.end() ? -1 : found->second;
    }
    std::size_t vocabulary_size() const override { return m_words.size(); }
    const Special& special() const override { return m_special; }

private:
    std::vector<std::string> m_words;
    std::map<std::string, std::int32_t, std::less<>> m_ids;
    Special m_special;
};

} // namespace cameo
