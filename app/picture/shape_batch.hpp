#pragma once

#include "app/picture/outline.hpp"
#include "app/picture/svg_out.hpp"

#include <array>
#include <imgui.h>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cameo {

/// Puts triangles together again to the shapes that they were cut from.
class ShapeBatch {
public:
    explicit ShapeBatch(SvgOut& out) : m_out(out) {}

    void add(const std::array<ImDrawVert, 3>& corners, const Rectangle& clip);

    /// Writes what there is. Call before anything is drawn above it, and at the end.
    void flush();

private:
    /// Whether a triangle of that colour goes into what there is.
    bool goes_on(const Facet& triangle, ImU32 color, const Rectangle& clip) const;

    SvgOut& m_out;
    std::vector<Facet> m_triangles;
    std::set<std::pair<float, float>> m_corners; ///< of a translucent shape
    ImU32 m_color = 0;
    Rectangle m_clip{};
    bool m_shaded = false; ///< one cell of something whose colour changes from corner to corner
    std::optional<Facet> m_last_cell; ///< of a shading, when nothing else was added since
};

} // namespace cameo
