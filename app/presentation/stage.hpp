#pragma once

#include "views/commands.hpp"

#include <chrono>
#include <cstddef>
#include <imgui.h>
#include <string>
#include <utility>

namespace cameo {

/// What a presentation adds to the views that are shown: keys, a band with a caption, a spotlight, a blank screen. What is
/// presented, and what comes back afterwards, is the program's.
class Stage {
public:
    struct Words {
        std::string title, caption;
        std::size_t number = 0, of = 0; ///< of the bookmark; number 0: a query of the presenter's own, or no bookmark
    };
    enum class Wish { None, Next, Back, First, Last, Ask, End };

    void start();
    void stop() { m_running = false; }
    bool is_running() const { return m_running; }
    bool is_blank() const { return m_blank; }
    bool has_spotlight() const { return m_spotlight; }

    /// Real pixels a design pixel, so that type is large: the views are arranged as in a small window.
    static float scale(ImVec2 window);
    /// Of the band at the bottom, in pixels under the current theme.
    static float band_height();

    /// Before the views: its keys are heard before theirs. @param stands_back something is asked, and hears the keys
    void begin_frame(bool stands_back);
    /// The same of another window, which is the current one: the presenter's.
    void hear_keys_there();
    /// Since start().
    double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - m_started_at).count(); }
    /// Over the views.
    void draw(const Words& words, Commands& out);
    Wish take_wish() { return std::exchange(m_wish, Wish::None); }

private:
    using Clock = std::chrono::steady_clock;
    void hear_keys();
    void draw_band(const Words& words);
    void draw_spotlight(Commands& out);

    bool m_running = false;
    bool m_blank = false;
    bool m_spotlight = true;
    bool m_stands_back = false;
    Clock::time_point m_started_at{};
    Clock::time_point m_moved_at{}; ///< when the mouse has moved last
    Wish m_wish = Wish::None;
};

} // namespace cameo
