#pragma once

#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// The documents in two dimensions under one expert, with the query among them.
class MapView final : public View {
public:
    MapView();
    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool has_table(const Snapshot& now) const override;

    enum class Colour { Section, Gate, Winner, Score, None };
    /// How one document is drawn: its colour, and how much larger than a plain one.
    struct Dot {
        ImU32 color = 0;
        float size = 1;
        bool asked = false; ///< one of the query's documents where they are told apart: drawn last, with a rim
    };
    /// Of the frame drawn last. @pre there is a map with so many places
    Dot dot(std::size_t place) const;
    /// What its colour says; empty: nothing. @pre likewise
    std::string dot_words(std::size_t place) const;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    /// Where the picture is on the screen.
    struct Frame {
        ImVec2 min, max, middle;
        ImVec2 center; ///< of the map, in the middle of the picture
        float scale;   ///< pixels a unit of the map
        float radius;  ///< of a plain dot
        ImVec2 on_screen(MapPlace place) const;
    };

    void follow(const Snapshot& now);
    void follow_map();
    void follow_trace(const Snapshot& now);
    void draw_choices(const Snapshot& now, Commands& out);
    void draw_layouts(const Snapshot& now, Commands& out) const;
    void draw_colours(const Snapshot& now);
    void draw_points(const Snapshot& now, float width, float height, Commands& out);
    void fit(float width, float height);
    void move(ImVec2 middle, bool over, bool drags);
    std::size_t draw_dots(ImDrawList& list, const Frame& frame, bool over) const;
    void draw_marks(ImDrawList& list, const Frame& frame, const Snapshot& now) const;
    void take_lasso(const Frame& frame, bool draws, bool held);
    void draw_legend(const Snapshot& now) const;
    void draw_neighbours(const Snapshot& now, Commands& out) const;
    void draw_chosen(const Snapshot& now, Commands& out);
    /// Whether the trace is of what the map shows; without a trace there is nothing that does not.
    static bool fits(const DocumentMap& map, const Trace* trace);
    float map_extent() const { return m_extent; }
    /// The hues of the first three belong to experts that are not behind a gate.
    static std::size_t gate_hue(std::size_t expert) { return (expert + 3) % kExpertHues; }

    std::shared_ptr<const DocumentMap> m_map; ///< what the members below were made of
    std::shared_ptr<const Trace> m_trace;
    std::string m_selected;
    float m_extent = 1;                       ///< the longer side of the map
    std::vector<std::string> m_groups;        ///< sections with a hue, the most frequent first
    std::vector<std::int32_t> m_group;        ///< [D] into m_groups; -1: the others
    std::vector<float> m_score;               ///< [D] 0 … 1 under the expert for the query on screen; -1: not among its documents
    std::vector<std::int32_t> m_winner;       ///< [D] the expert that alone ranks it best for the query; -1: none does
    std::vector<ExpertStyle> m_styles;        ///< of the query's experts
    std::optional<std::size_t> m_selected_place;
    std::optional<MapPlace> m_query_place;
    Colour m_colour = Colour::Section;
    float m_scale = 1;                        ///< design pixels a unit of the map
    float m_center_x = 0, m_center_y = 0;     ///< of the map, in the middle of the picture
    bool m_fit = true;
    std::vector<ImVec2> m_lasso;
    std::vector<std::size_t> m_chosen;
};

} // namespace cameo
