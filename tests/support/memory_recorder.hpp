#pragma once

#include "core/base/error.hpp"
#include "core/train/record/recorder.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace cameo {

/// A training's record in memory. `before_step` runs when the training asks for commands, which it does before each step.
class MemoryRecorder final : public TrainingRecorder {
public:
    struct Answer {
        TrainingCommand command;
        std::int64_t step = 0;
        std::string refusal;
    };

    void rewind(std::int64_t step) override {
        std::erase_if(metrics, [&](const auto& entry) { return entry.first.second > step; });
        std::erase_if(competition, [&](const auto& entry) { return entry.first > step; });
        std::erase_if(probes, [&](const auto& entry) { return entry.first > step; });
    }
    void record(std::int64_t step, std::span<const Metric> own, std::span<const CompetitionRecord> records) override {
        for (const auto& metric : own) metrics[{metric.name, step}] = metric.value;
        for (const auto& record : records) competition.emplace(step, record);
        latest = std::max(latest, step);
    }
    void record(const Event& event) override { events.push_back(event); }
    void watch(const ProbeSet& probed) override { set = probed; }
    void record(std::int64_t step, std::span<const ProbeRecord> records) override { probes[step].assign(records.begin(), records.end()); }
    std::vector<TrainingCommand> pending() override {
        if (before_step) before_step(*this);
        return std::exchange(left, {});
    }
    void answer(const TrainingCommand& command, std::int64_t step, std::string_view refusal) override {
        answers.push_back({command, step, std::string(refusal)});
    }

    void leave(CommandKind kind, std::string argument = {}) { left.push_back({++next_id, kind, std::move(argument)}); }
    double metric(const std::string& name, std::int64_t step) const {
        const auto found = metrics.find({name, step});
        if (found == metrics.end()) throw InternalError("no metric " + name + " of step " + std::to_string(step));
        return found->second;
    }
    std::vector<std::string> texts_of(EventKind kind) const {
        std::vector<std::string> texts;
        for (const auto& event : events)
            if (event.kind == kind) texts.push_back(event.text);
        return texts;
    }
    /// Without what a clock or the machine's memory says.
    std::map<std::pair<std::string, std::int64_t>, double> repeatable() const {
        auto own = metrics;
        std::erase_if(own, [](const auto& entry) {
            const auto& name = entry.first.first;
            return name == "seconds" || name == "tokens_per_second" || name.starts_with("memory");
        });
        return own;
    }

    std::map<std::pair<std::string, std::int64_t>, double> metrics; ///< by name and step
    std::multimap<std::int64_t, CompetitionRecord> competition;
    ProbeSet set;
    std::map<std::int64_t, std::vector<ProbeRecord>> probes; ///< by step
    std::vector<Event> events;
    std::vector<TrainingCommand> left;
    std::vector<Answer> answers;
    std::int64_t latest = 0, next_id = 0;
    std::function<void(MemoryRecorder&)> before_step;
};

} // namespace cameo
