#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace cameo {

/// Undo and redo over whole states. A state is recorded when it differs from the one before, and changes of one kind
/// that follow each other quickly (a slider being dragged) are one step.
template <class State>
class EditHistory {
public:
    using Clock = std::chrono::steady_clock;

    explicit EditHistory(State first) { m_steps.push_back({std::move(first), "", {}}); }

    void record(const State& state, const std::string& label, Clock::time_point now) {
        if (state == m_steps[m_at].state) return;
        m_steps.resize(m_at + 1);
        Step& last = m_steps.back();
        if (m_at > 0 && last.label == label && now - last.at < kOneGesture) {
            last.state = state;
            last.at = now;
            return;
        }
        m_steps.push_back({state, label, now});
        if (m_steps.size() > kKept) m_steps.erase(m_steps.begin());
        m_at = m_steps.size() - 1;
    }

    /// What follows is a step of its own, however quickly.
    void close_step() { m_steps[m_at].at = {}; }

    bool can_undo() const { return m_at > 0; }
    bool can_redo() const { return m_at + 1 < m_steps.size(); }
    /// What undo would take back, what redo would bring again. @pre can_undo() @pre can_redo()
    const std::string& undo_label() const { return m_steps[m_at].label; }
    const std::string& redo_label() const { return m_steps[m_at + 1].label; }
    const State& undo() {
        close_step();
        return m_steps[--m_at].state;
    }
    const State& redo() { return m_steps[++m_at].state; }
    /// The state that the last record, undo or redo left.
    const State& current() const { return m_steps[m_at].state; }
    /// Takes in what changed by itself and is not a step of anybody's.
    void amend(const State& state) { m_steps[m_at].state = state; }

private:
    static constexpr std::size_t kKept = 2000; ///< some ten kilobytes each: a day's work
    static constexpr std::chrono::milliseconds kOneGesture{700};
    struct Step {
        State state;
        std::string label;
        Clock::time_point at;
    };
    std::vector<Step> m_steps;
    std::size_t m_at = 0;
};

} // namespace cameo
