#pragma once

#include <functional>
#include <string>

namespace cameo {

/// Asks for one line of text, or for a yes, in the place of the palette. Enter takes it, Esc leaves.
class Prompt {
public:
    void ask(std::string question, std::string hint, std::string first, std::function<void(const std::string&)> take);
    /// A decision that cannot be taken back. Esc and Enter without Tab leave it.
    void confirm(std::string question, std::string yes, std::function<void()> take);
    void close() { m_open = false; }
    bool is_open() const { return m_open; }
    void draw();

private:
    bool m_open = false;
    bool m_just_opened = false;
    bool draw_answer();
    bool draw_choice();

    std::string m_question, m_hint, m_text;
    std::string m_yes; ///< of a decision; empty: a text is asked for
    std::function<void(const std::string&)> m_take;
};

} // namespace cameo
