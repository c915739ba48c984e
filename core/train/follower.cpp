#include "core/base/error.hpp"
#include "core/train/learner.hpp"
#include "core/train/meeting.hpp"
#include "core/train/plain_errors.hpp"
#include "core/train/process_messages.hpp"
#include "core/train/trainable.hpp"
#include "core/train/trainer.hpp"

namespace cameo {

namespace {

TrainingResult obey(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder, Progress& progress,
                    Processes& processes) {
    Learner learner(recipe, data, folder, processes, progress);
    const auto use_mined = [&](const Order& order) {
        if (order.mined >= 0)
            learner.use(learner.read_mined(order.mined));
    };
    progress.begin("working for process 0", Unit::Steps);
    for (;;) {
        const Order order = order_from(processes.hear());
        switch (order.kind) {
        case Order::Kind::Load:
            if (order.data != learner.data_sum())
                throw Error(ErrorKind::InvalidInput, "this process has other documents, training queries or teacher's scores than process 0; all need the "
                                                     "same collection and the same files that the recipe names");
            learner.load(order.step);
            learner.state().skipped = order.skipped;
            use_mined(order);
            progress.begin("working for process 0", Unit::Steps, learner.total(), order.step);
            break;
        case Order::Kind::Step:
            if (!order.recipe.empty())
                learner.use(recipe_from_json(order.recipe, "process 0's recipe"));
            use_mined(order);
            learner.gradients(progress.stop_token().stop_requested());
            break;
        case Order::Kind::Update:
            learner.update(order.norm);
            if (!progress.stop_token().stop_requested()) // process 0 decides when all stop
                progress.advance();
            break;
        case Order::Kind::Settle: learner.settle(); break;
        case Order::Kind::End:
            processes.part();
            if (order.cancelled)
                throw Cancelled{};
            TrainingResult result;
            result.step = learner.state().step;
            result.reason = order.reason;
            return result;
        }
    }
}

} // namespace

TrainingResult follow(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                      Progress& progress, Processes& processes) {
    check_trainable(recipe, data.model, processes.size());
    meet(folder, recipe, processes);
    return plainly([&] { return obey(recipe, data, folder, progress, processes); });
}

} // namespace cameo
