#pragma once

#include "core/train/record/recorder.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// What is drawn of the points between two edges: a column of pixels.
struct CurveColumn {
    std::size_t begin = 0, end = 0; ///< its points, `end` excluded
    double low = 0, high = 0;       ///< of those that are finite; NaN where none is
    double first = 0, last = 0;     ///< of those that are finite, by step: neighbouring columns are joined by them
    std::size_t holes = 0;          ///< points that are NaN or infinite
};

/// One metric's points by step, kept so that any stretch of them is drawn in as many columns as there are pixels, each with
/// its least and largest value: no spike is lost, and a million points are drawn about as fast as a thousand. Not thread-safe.
class Curve {
public:
    /// A step that is there already gets this value instead.   @pre no step is smaller than the last one's
    void add(MetricPoint point);
    /// Takes out the points of later steps: a training that goes back makes them anew.
    void rewind(std::int64_t step);

    bool empty() const { return m_points.empty(); }
    std::size_t size() const { return m_points.size(); }
    const MetricPoint& operator[](std::size_t point) const { return m_points[point]; }
    const MetricPoint& back() const { return m_points.back(); }

    /// The last one that is not behind this step; null: none is.
    const MetricPoint* until(std::int64_t step) const;

    /// One for each pair of neighbouring edges, edges ascending, that has a point from the first on and before the second.
    /// About edges * log(points) operations.
    std::vector<CurveColumn> columns(std::span<const double> edges) const;

private:
    struct Block {
        double low, high;
        std::size_t holes;
    };
    /// Of whole blocks, so that what is asked for is put together of few of them.
    Block summary(std::size_t begin, std::size_t end) const;
    Block summary_of_points(std::size_t begin, std::size_t end) const;
    void refresh_last();

    std::vector<MetricPoint> m_points;
    std::vector<std::vector<Block>> m_levels; ///< level l: blocks of kFan^(l + 1) points, the last one perhaps of fewer
};

/// An exponential mean that forgets half of what it knew every `half_life` points, without the pull of its beginning at zero.
/// Values that are not finite are passed over.
class ExponentialMean {
public:
    /// @param half_life in points; 0: every value as it is
    explicit ExponentialMean(double half_life);
    /// @return the mean with this value
    double add(double value);

private:
    double m_keep;
    double m_sum = 0, m_weight = 0;
};

/// The same points with their exponential means.
Curve smoothed(const Curve& curve, double half_life);

} // namespace cameo
