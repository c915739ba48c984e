#pragma once

#include <functional>
#include <string>

namespace cameo {

/// Asks for one line of text, in the place of the palette. Enter takes it, Esc leaves.
class Prompt {
public:
    void ask(std::string question, std::string hint, std::string first, std::function<void(const std::string&)> take);
    void close() { m_open = false; }
    bool is_open() const { return m_open; }
    void draw();

private:
    bool m_open = false;
    bool m_just_opened = false;
    std::string m_question, m_hint, m_text;
    std::function<void(const std::string&)> m_take;
};

} // namespace cameo
