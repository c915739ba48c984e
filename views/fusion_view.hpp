#pragma once

#include "views/palette.hpp"
#include "views/view.hpp"
#include "views/widgets/mix_triangle.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// Every mix of the experts at once: a triangle of three (a line of two) painted by a measure or by who is first, the mix in
/// use as a dot that can be dragged, and whether any other mix is worth having.
class FusionView final : public View {
public:
    FusionView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    enum class Paint { Measure, First };

    void follow(const Snapshot& now);
    void paint_measure();
    void paint_first();
    void draw_paint_choice(const Snapshot& now, Commands& out);
    void draw_picture(const Snapshot& now, float width, float height, Commands& out);
    void draw_line(const Snapshot& now, float width, Commands& out);
    void draw_faders(const Snapshot& now, Commands& out);
    void draw_verdict(const Snapshot& now, Commands& out);
    void draw_fusions(const Snapshot& now, Commands& out);
    std::vector<MixPoint> named_points(const Snapshot& now) const;
    void take_mix(const Snapshot& now, const std::vector<double>& weights, Commands& out) const;
    Paint paint(const Snapshot& now) const;

    std::shared_ptr<const Trace> m_trace; ///< what m_first was made of
    std::shared_ptr<const FusionField> m_field; ///< what m_painting was made of
    int m_measure = -1;
    Paint m_painted = Paint::Measure;
    MixPainting m_painting;
    std::string m_first_of;           ///< result and method that m_painting says who is first of; empty: it does not
    std::vector<std::string> m_names; ///< [E]
    std::vector<ExpertStyle> m_styles;
    std::optional<Paint> m_paint; ///< what somebody has chosen
    std::vector<double> m_before_solo, m_before_mute; ///< weights to come back to
};

/// The mix that a fusion is, for one query where it differs by query; empty where nobody predicted one: [experts].
std::vector<double> mix_of(const FusionSpec& spec, std::span<const double> query_weights, std::size_t experts);

/// What the cross-validated best mix says about equal weights, in plain words.
std::string mix_verdict(const FusionField& field, int measure, std::size_t queries, const std::vector<std::string>& experts);

} // namespace cameo
