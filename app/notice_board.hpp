#pragma once

#include "views/snapshot.hpp"

#include <string>
#include <vector>

namespace cameo {

/// What has to be said and stays until it is dismissed. A sentence that still stands is not said twice.
class NoticeBoard {
public:
    void add(Notice::Level level, std::string sentence, std::string remedy = {}) {
        for (const auto& notice : m_notices)
            if (notice.sentence == sentence) return;
        m_notices.push_back({m_next_id++, level, std::move(sentence), std::move(remedy)});
    }
    void error(std::string sentence, std::string remedy = {}) {
        add(Notice::Level::Error, std::move(sentence), std::move(remedy));
    }
    void dismiss(std::uint64_t id) {
        std::erase_if(m_notices, [&](const Notice& notice) { return notice.id == id; });
    }
    const std::vector<Notice>& notices() const { return m_notices; }

private:
    std::vector<Notice> m_notices;
    std::uint64_t m_next_id = 1;
};

} // namespace cameo
