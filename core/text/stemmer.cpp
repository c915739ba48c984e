#include "core/text/stemmer.hpp"

#include "core/base/error.hpp"

#include <libstemmer.h>

namespace cameo {

void Stemmer::Delete::operator()(sb_stemmer* stemmer) const {
    sb_stemmer_delete(stemmer);
}

Stemmer::Stemmer() : m_stemmer(sb_stemmer_new("english", "UTF_8")) {
    check(m_stemmer != nullptr, "libstemmer has no English stemmer");
}

std::string_view Stemmer::stem(std::string_view word) {
    const auto* stem = sb_stemmer_stem(m_stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                                       static_cast<int>(word.size()));
    // Null means that the library had no memory: the word then stands for itself.
    if (!stem) return word;
    return {reinterpret_cast<const char*>(stem),
            static_cast<std::size_t>(sb_stemmer_length(m_stemmer.get()))};
}

} // namespace cameo
