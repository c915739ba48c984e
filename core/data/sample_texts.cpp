#include "core/data/sample_texts.hpp"

#include <algorithm>

namespace cameo {

std::vector<std::string> sample_texts(const Collection& collection, std::int64_t most) {
    std::vector<std::string> texts;
    const std::int64_t count = std::min(most, collection.size());
    for (std::int64_t at = 0; at < count; ++at)
        texts.push_back(collection.document(at * collection.size() / count).content());
    return texts;
}

} // namespace cameo
