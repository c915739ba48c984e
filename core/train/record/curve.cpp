#include "core/train/record/curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {
namespace {

constexpr std::size_t kFan = 16;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Whatever is there, where the other is NaN.
double lower(double a, double b) { return std::fmin(a, b); }
double higher(double a, double b) { return std::fmax(a, b); }

} // namespace

Curve::Block Curve::summary_of_points(std::size_t begin, std::size_t end) const {
    Block block{kNone, kNone, 0};
    for (std::size_t point = begin; point < end; ++point) {
        const double value = m_points[point].value;
        if (std::isfinite(value)) {
            block.low = lower(block.low, value);
            block.high = higher(block.high, value);
        } else {
            ++block.holes;
        }
    }
    return block;
}

void Curve::refresh_last() {
    std::size_t below = m_points.size();
    for (std::size_t level = 0; below > 1 || level < m_levels.size(); ++level) {
        const std::size_t count = (below + kFan - 1) / kFan;
        if (level == m_levels.size()) m_levels.emplace_back();
        auto& blocks = m_levels[level];
        blocks.resize(count, {kNone, kNone, 0});
        if (count > 0) {
            const std::size_t begin = (count - 1) * kFan;
            if (level == 0) {
                blocks.back() = summary_of_points(begin, below);
            } else {
                Block sum{kNone, kNone, 0};
                for (std::size_t each = begin; each < below; ++each) {
                    const Block& part = m_levels[level - 1][each];
                    sum = {lower(sum.low, part.low), higher(sum.high, part.high), sum.holes + part.holes};
                }
                blocks.back() = sum;
            }
        }
        if (count <= 1) {
            m_levels.resize(level + 1);
            break;
        }
        below = count;
    }
}

void Curve::add(MetricPoint point) {
    if (!m_points.empty() && m_points.back().step == point.step) m_points.back() = point;
    else m_points.push_back(point);
    refresh_last();
}

void Curve::rewind(std::int64_t step) {
    const auto later = std::ranges::upper_bound(m_points, step, {}, &MetricPoint::step);
    m_points.erase(later, m_points.end());
    refresh_last();
}

Curve::Block Curve::summary(std::size_t begin, std::size_t end) const {
    Block sum{kNone, kNone, 0};
    const auto take = [&](const Block& part) { sum = {lower(sum.low, part.low), higher(sum.high, part.high), sum.holes + part.holes}; };
    // From both ends inwards, one level up at a time: what does not fill a block of the next level is taken piece by piece.
    std::size_t level = 0; // 0: points; l: blocks of m_levels[l - 1]
    const auto take_pieces = [&](std::size_t from, std::size_t to) {
        if (level == 0) take(summary_of_points(from, to));
        else
            for (std::size_t each = from; each < to; ++each) take(m_levels[level - 1][each]);
    };
    while (begin < end) {
        const std::size_t first_whole = (begin + kFan - 1) / kFan, last_whole = end / kFan;
        if (first_whole >= last_whole || level == m_levels.size()) {
            take_pieces(begin, end);
            break;
        }
        take_pieces(begin, first_whole * kFan);
        take_pieces(last_whole * kFan, end);
        begin = first_whole;
        end = last_whole;
        ++level;
    }
    return sum;
}

const MetricPoint* Curve::until(std::int64_t step) const {
    const auto behind = std::ranges::upper_bound(m_points, step, {}, &MetricPoint::step);
    return behind == m_points.begin() ? nullptr : &*std::prev(behind);
}

std::vector<CurveColumn> Curve::columns(std::span<const double> edges) const {
    std::vector<CurveColumn> found;
    const auto place = [&](double edge, std::size_t from) {
        const auto at = std::lower_bound(m_points.begin() + static_cast<std::ptrdiff_t>(from), m_points.end(), edge,
                                         [](const MetricPoint& point, double step) { return static_cast<double>(point.step) < step; });
        return static_cast<std::size_t>(at - m_points.begin());
    };
    std::size_t begin = edges.empty() ? 0 : place(edges.front(), 0);
    for (std::size_t edge = 1; edge < edges.size() && begin < m_points.size(); ++edge) {
        const std::size_t end = place(edges[edge], begin);
        if (end > begin) {
            const Block block = summary(begin, end);
            CurveColumn column{begin, end, block.low, block.high, kNone, kNone, block.holes};
            if (block.holes < end - begin) {
                std::size_t point = begin;
                while (!std::isfinite(m_points[point].value)) ++point;
                column.first = m_points[point].value;
                point = end;
                while (!std::isfinite(m_points[point - 1].value)) --point;
                column.last = m_points[point - 1].value;
            }
            found.push_back(column);
        }
        begin = end;
    }
    return found;
}

ExponentialMean::ExponentialMean(double half_life) : m_keep(half_life > 0 ? std::exp2(-1 / half_life) : 0) {}

double ExponentialMean::add(double value) {
    if (std::isfinite(value)) {
        m_sum = m_keep * m_sum + (1 - m_keep) * value;
        m_weight = m_keep * m_weight + (1 - m_keep);
    }
    return m_weight > 0 ? m_sum / m_weight : kNone;
}

Curve smoothed(const Curve& curve, double half_life) {
    Curve smooth;
    ExponentialMean mean(half_life);
    for (std::size_t point = 0; point < curve.size(); ++point) smooth.add({curve[point].step, mean.add(curve[point].value)});
    return smooth;
}

} // namespace cameo
