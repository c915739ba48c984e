#pragma once

#include <imgui.h>

namespace cameo {

/// Something to read that lies over the middle of the window until Esc is pressed or something else is chosen.
class Sheet {
public:
    void toggle() {
        m_open = !m_open;
        m_just_opened = m_open;
    }
    void close() { m_open = false; }
    bool is_open() const { return m_open; }

protected:
    bool just_opened() const { return m_just_opened; }
    /// @param id of its window   @param size at most, unscaled   @pre is_open()
    void begin(const char* id, ImVec2 size);
    /// @param keeps something in it has the focus that its window does not know of
    void end(bool keeps = false);

private:
    bool m_open = false;
    bool m_just_opened = false;
};

} // namespace cameo
