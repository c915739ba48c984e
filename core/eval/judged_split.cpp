#include "core/eval/judged_split.hpp"

#include "core/base/error.hpp"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cameo {

JudgedSplit read_split(const Collection& collection, const std::string& split) {
    JudgedSplit judged;
    judged.qrels = collection.qrels(split);
    for (Query& query : collection.queries(split))
        if (judged.qrels.contains(query.id)) judged.queries.push_back(std::move(query));
    if (judged.queries.empty()) {
        const auto splits = collection.splits();
        throw Error(ErrorKind::NotFound,
                    splits.empty() ? fmt::format("collection {} has no judged queries", collection.name())
                                   : fmt::format("collection {} has no split '{}': it has {}", collection.name(), split,
                                                 fmt::join(splits, ", ")));
    }
    for (std::size_t query = 0; query < judged.queries.size(); ++query) {
        judged.all.push_back(query);
        if (!judged.queries[query].category.empty()) judged.by_category[judged.queries[query].category].push_back(query);
    }
    return judged;
}

int primary_measure(const Qrels& qrels) {
    std::set<int> grades;
    for (const auto& [query, judged] : qrels)
        for (const auto& [document, grade] : judged)
            if (grade > 0) grades.insert(grade);
    return grades.size() > 1 ? 1 : 0;
}

} // namespace cameo
