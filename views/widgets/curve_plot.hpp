#pragma once

#include "core/train/record/curve.hpp"

#include <imgui.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Steps from the left edge of a plot to the right one; plots that share it move together.
struct StepRange {
    double from = 0, to = 1;
    bool follows = true; ///< grows with the training until somebody zooms or pans
};

struct PlotLine {
    std::string id;    ///< unique in the plot
    std::string label;
    ImU32 color = 0;
    bool strong = false; ///< of the whole: drawn heavier
    const Curve* curve = nullptr;
    const Curve *low = nullptr, *high = nullptr; ///< of a band around it, at the same steps; null: none
};

/// Something that happened at a step.
struct PlotMarker {
    std::int64_t step = 0;
    std::string words;
    bool loud = false; ///< a line over the whole height, else a tick at the foot
    bool pending = false; ///< it has been asked for and not happened yet
};

struct PlotLook {
    bool log = false;
    double half_life = 0; ///< of smoothing, in points; 0: none
    std::optional<double> level;
    std::string level_words;
    std::string (*format)(double) = nullptr;
    double moment = -1;   ///< a step that is looked at; -1: none
};

/// Curves of a training over its steps: raw and smooth, zoomed by wheel and box, fitted by a double click, each line switched by
/// its entry above the plot, alone with Alt. A million points cost what the columns of pixels cost.
class CurvePlot {
public:
    explicit CurvePlot(std::string id) : m_id(std::move(id)) {}

    /// @return the step that was pressed on with Shift, to look at; nothing: none was
    std::optional<std::int64_t> draw(std::span<const PlotLine> lines, std::span<const PlotMarker> markers, const PlotLook& look, StepRange& range, ImVec2 size);

    /// Whether a smooth line is not drawn to its end yet: the next frame takes up more of it.
    bool is_behind() const { return m_behind; }

private:
    struct Smooth {
        double half_life = 0;
        std::size_t taken = 0;
        MetricPoint last;
        std::optional<ExponentialMean> mean;
        Curve curve;
    };
    /// As far as it is by now: at most so many points are taken up in one frame.
    const Curve& smooth(const std::string& id, const Curve& raw, double half_life);
    void draw_band(const PlotLine& line, const PlotLook& look, float strength);
    void draw_legend(std::span<const PlotLine> lines, std::string (*format)(double), float width);
    void draw_line(const PlotLine& line, const Curve& curve, std::span<const double> edges, float weight, float strength, bool band);
    void explain(std::span<const PlotLine> lines, std::span<const PlotMarker> markers, const PlotLook& look, double step) const;

    std::string m_id;
    std::set<std::string> m_hidden;
    std::string m_hovered; ///< of the legend, in the last frame
    std::map<std::string, Smooth> m_smooth;
    std::vector<double> m_edges, m_x, m_low, m_high;
    std::optional<std::pair<double, double>> m_fit; ///< of y, as it was fitted last
    bool m_behind = false;
    bool m_own_y = false; ///< somebody has zoomed y
};

} // namespace cameo
