#pragma once

#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// The documents in two dimensions under one expert, with the query among them.
class MapView final : public View {
public:
    MapView();
    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    enum class Colour { Section, Gate, Score, None };

    void follow(const Snapshot& now);
    void draw_choices(const Snapshot& now, Commands& out);
    void draw_points(const Snapshot& now, float width, float height, Commands& out);
    void draw_legend() const;
    void draw_neighbours(const Snapshot& now, Commands& out) const;
    void draw_chosen(const Snapshot& now, Commands& out);
    bool fits(const Snapshot& now) const;

    std::shared_ptr<const DocumentMap> m_map; ///< what the members below were made of
    std::shared_ptr<const Trace> m_trace;
    std::vector<std::string> m_groups;        ///< sections with a hue, the most frequent first
    std::vector<std::int32_t> m_group;        ///< [D] into m_groups; -1: the others
    std::vector<float> m_score;               ///< [D] 0 … 1 under the expert for the query on screen; -1: not among its documents
    Colour m_colour = Colour::Section;
    float m_scale = 1;                        ///< design pixels a unit of the map
    float m_center_x = 0, m_center_y = 0;     ///< of the map, in the middle of the picture
    bool m_fit = true;
    std::vector<ImVec2> m_lasso;
    std::vector<std::size_t> m_chosen;
};

} // namespace cameo
