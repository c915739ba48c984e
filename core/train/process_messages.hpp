#pragma once

#include "core/train/trainee.hpp"

#include <string>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// What process 0 has decided, for the others to do as well.
struct Order {
    enum class Kind {
        Load,   ///< the checkpoint of `step`
        Step,   ///< this process's parts of the next step, and their share of all sums
        Update, ///< the parameters, by the gradients of the step
        Settle, ///< take over parameters, moments and buffers: a checkpoint was written
        End,
    };
    Kind kind = Kind::End;
    std::int64_t step = 0;
    std::int64_t skipped = 0;    ///< Load: batches that are left out
    std::string data;            ///< Load: Learner::data_sum()
    std::int64_t mined = -1;     ///< Load, Step: what the model of that checkpoint found is used from now on; -1: as before
    std::string recipe;          ///< Step: as a command has changed it; empty: as before
    double norm = 0;             ///< Update: of the gradients
    std::string reason;          ///< End
    bool cancelled = false;      ///< End
};
std::string to_text(const Order& order);
/// @throws InternalError for what is none: the two are not of the same program.
Order order_from(const std::string& text);

/// What a process tells process 0 about its parts of a step.
struct PartReport {
    struct Part {
        std::int64_t number = 0; ///< of Recipe::accumulate
        PartResult result;
    };
    std::vector<Part> parts;
    bool stop = false; ///< somebody has asked this process to stop
};
/// NaN and infinity come through, and all other numbers with the same bits.
std::string to_text(const PartReport& report);
PartReport report_from(const std::string& text);

} // namespace cameo
