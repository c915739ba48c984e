#include "core/data/find_documents.hpp"

#include "core/base/ignoring_case.hpp"
#include "core/data/columns.hpp"
#include "core/jobs/progress.hpp"

#include <algorithm>
#include <array>

namespace cameo {

DocumentMatches find_documents(const Collection& collection, std::string_view words, std::size_t at_most, Progress& progress) {
    words = trimmed(words);
    DocumentMatches result;
    if (words.empty()) return result;
    std::array<std::vector<DocumentMatch>, 4> by_kind;
    progress.begin("reading titles", Unit::Documents, collection.size());
    collection.for_each_document(0, [&](DocumentOrdinal, const Document& document) {
        progress.advance();
        const std::size_t in_id = find_ignoring_case(document.id, words);
        std::size_t kind = 3;
        if (in_id == 0) kind = document.id.size() == words.size() ? 0 : 1;
        else if (in_id != std::string_view::npos) kind = 2;
        else if (!contains_ignoring_case(document.title, words)) return true;
        if (by_kind[kind].size() <= at_most) by_kind[kind].push_back({document.id, document.title});
        return true;
    });
    for (auto& matches : by_kind)
        std::ranges::move(matches, std::back_inserter(result.found));
    result.more = result.found.size() > at_most;
    if (result.more) result.found.resize(at_most);
    return result;
}

} // namespace cameo
