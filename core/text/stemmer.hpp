#pragma once

#include <memory>
#include <string_view>

struct sb_stemmer;

namespace cameo {

/// Snowball's English stemmer (Porter2). Not thread-safe: one for each thread.
class Stemmer {
public:
    Stemmer();

    /// @param word lower case. @return its stem, until the next call.
    std::string_view stem(std::string_view word);

private:
    struct Delete {
        void operator()(sb_stemmer* stemmer) const;
    };
    std::unique_ptr<sb_stemmer, Delete> m_stemmer;
};

} // namespace cameo
