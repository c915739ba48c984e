#include "core/train/training_splits.hpp"

#include "core/base/error.hpp"
#include "core/train/judged.hpp"

#include <algorithm>
#include <unordered_set>

namespace cameo {

namespace {

bool has_split(const Collection& collection, const char* wanted) {
    const auto splits = collection.splits();
    return std::ranges::find(splits, wanted) != splits.end();
}

/// Takes every tenth out.
std::vector<TrainingQuery> every_tenth(std::vector<TrainingQuery>& queries) {
    std::vector<TrainingQuery> left, taken;
    for (std::size_t q = 0; q < queries.size(); ++q)
        (q % 10 == 9 ? taken : left).push_back(std::move(queries[q]));
    queries = std::move(left);
    return taken;
}

/// At most so many, spread over all: neighbours may be of one kind.
void thin_out(std::vector<TrainingQuery>& queries, std::size_t wanted) {
    if (queries.size() <= wanted)
        return;
    std::vector<TrainingQuery> some;
    for (std::size_t at = 0; at < wanted; ++at)
        some.push_back(std::move(queries[at * queries.size() / wanted]));
    queries = std::move(some);
}

/// What is trained on says nothing in a validation.
void leave_out(std::vector<TrainingQuery>& dev, const std::vector<TrainingQuery>& judged) {
    std::unordered_set<std::string_view> texts;
    for (const auto& query : judged)
        texts.insert(query.text);
    std::erase_if(dev, [&](const TrainingQuery& query) { return texts.contains(query.text); });
}

} // namespace

TrainingSplits training_splits(const Recipe& recipe, const Collection& collection) {
    TrainingSplits splits;
    std::vector<TrainingQuery> judged;
    if (!recipe.judged.empty())
        judged = judged_training_queries(recipe.judged, collection);
    const bool has_own = judged.empty() || (!recipe.judged_alone && has_split(collection, "train"));
    if (has_own)
        splits.train = training_queries(collection, "train");
    if (has_split(collection, "dev")) {
        splits.dev = training_queries(collection, "dev");
        leave_out(splits.dev, judged);
    } else {
        splits.dev = every_tenth(has_own ? splits.train : judged);
        leave_out(splits.dev, judged); // the same question may have been judged twice
    }
    thin_out(splits.dev, std::size_t(recipe.validation_queries));
    // Beside thousands, a few that come once each would not be heard.
    const auto times = has_own ? recipe.judged_times : 1;
    for (std::int64_t time = 0; time < times; ++time)
        splits.train.insert(splits.train.end(), judged.begin(), judged.end());
    if (splits.dev.empty() || splits.train.empty())
        throw Error(ErrorKind::InvalidInput, "collection " + collection.name() + " has too few judged queries to keep some for validation");
    return splits;
}

} // namespace cameo
