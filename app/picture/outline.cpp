#include "app/picture/outline.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace cameo {

namespace {

using Corner = std::pair<float, float>;

float cross(ImVec2 from, ImVec2 over, ImVec2 to) {
    return (over.x - from.x) * (to.y - over.y) - (over.y - from.y) * (to.x - over.x);
}

/// Without the corners that lie on the line between their neighbours.
Loop straightened(const Loop& loop) {
    constexpr float kOff = 1e-4f; // of a pixel
    Loop kept;
    for (std::size_t at = 0; at < loop.size(); ++at) {
        const ImVec2 before = kept.empty() ? loop.back() : kept.back(), after = loop[(at + 1) % loop.size()];
        const float length = std::hypot(after.x - before.x, after.y - before.y);
        if (std::fabs(cross(before, loop[at], after)) > kOff * std::max(length, kOff)) kept.push_back(loop[at]);
    }
    return kept;
}

} // namespace

std::vector<Loop> outline(std::span<const Facet> triangles) {
    // Every triangle the same way round, so that a shared edge is run through once in each direction.
    std::map<Corner, std::vector<Corner>> next;
    const auto add_edge = [&](ImVec2 from, ImVec2 to) {
        const Corner first{from.x, from.y}, second{to.x, to.y};
        if (const auto back = next.find(second); back != next.end()) {
            const auto found = std::ranges::find(back->second, first);
            if (found != back->second.end()) {
                back->second.erase(found);
                if (back->second.empty()) next.erase(back);
                return;
            }
        }
        next[first].push_back(second);
    };
    for (const Facet& triangle : triangles) {
        const float area = cross(triangle[0], triangle[1], triangle[2]);
        if (area == 0 || !std::isfinite(area)) continue;
        const std::size_t second = area > 0 ? 1 : 2, third = 3 - second;
        add_edge(triangle[0], triangle[second]);
        add_edge(triangle[second], triangle[third]);
        add_edge(triangle[third], triangle[0]);
    }
    std::vector<Loop> loops;
    while (!next.empty()) {
        Loop loop;
        Corner at = next.begin()->first;
        const Corner begin = at;
        do {
            loop.push_back({at.first, at.second});
            const auto edges = next.find(at);
            at = edges->second.back(); // as many edges arrive at a corner as leave it, so the way always goes on
            edges->second.pop_back();
            if (edges->second.empty()) next.erase(edges);
        } while (at != begin);
        loop = straightened(loop);
        if (loop.size() > 2) loops.push_back(std::move(loop));
    }
    return loops;
}

std::optional<Rectangle> as_rectangle(const Loop& loop) {
    if (loop.size() != 4) return {};
    const bool lies = loop[0].y == loop[1].y && loop[1].x == loop[2].x && loop[2].y == loop[3].y && loop[3].x == loop[0].x;
    const bool stands = loop[0].x == loop[1].x && loop[1].y == loop[2].y && loop[2].x == loop[3].x && loop[3].y == loop[0].y;
    if (!lies && !stands) return {};
    return Rectangle{{std::min(loop[0].x, loop[2].x), std::min(loop[0].y, loop[2].y)},
                     {std::max(loop[0].x, loop[2].x), std::max(loop[0].y, loop[2].y)}};
}

} // namespace cameo
