#pragma once

#include <imgui.h>

#include <cmath>

namespace cameo {

/// Turns what is drawn into a list during its life around a point.
class TurnedText {
public:
    TurnedText(ImDrawList& list, ImVec2 pivot, float radians)
        : m_list(list), m_pivot(pivot), m_radians(radians), m_first_vertex(list.VtxBuffer.Size) {}
    ~TurnedText() {
        const float cosine = std::cos(m_radians), sine = std::sin(m_radians);
        for (int vertex = m_first_vertex; vertex < m_list.VtxBuffer.Size; ++vertex) {
            ImVec2& at = m_list.VtxBuffer[vertex].pos;
            const float x = at.x - m_pivot.x, y = at.y - m_pivot.y;
            at = {m_pivot.x + x * cosine - y * sine, m_pivot.y + x * sine + y * cosine};
        }
    }
    TurnedText(const TurnedText&) = delete;
    TurnedText& operator=(const TurnedText&) = delete;

private:
    ImDrawList& m_list;
    ImVec2 m_pivot;
    float m_radians;
    int m_first_vertex;
};

} // namespace cameo
