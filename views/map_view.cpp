#include "views/map_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/lasso.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

namespace cameo {
namespace {

constexpr std::size_t kGroups = kExpertHues;

std::string percent(double share) { return format_score(100 * share, share < 0.0995 ? 1 : 0) + " %"; }

} // namespace

MapView::MapView()
    : View("Map",
           {.what = "The documents in two dimensions, as one expert sees them, with the query among them.",
            .formula = "The two main components (PCA) of the expert's vectors: the pooled vector, the mean of the token vectors, or the term "
                       "weights hashed into 256 places. A picture of hundreds of dimensions: what share of the variance it shows stands below.",
            .reading = "The wheel zooms at the mouse, dragging moves, a double click on nothing fits. Press a document to select it: its neighbours stand "
                       "beside it, found in the space itself and never in the picture. Shift and drag around documents to list them.",
            .healthy = "Sections that hold together, and the query near what answers it.",
            .sick = "One dense knot far from an empty rest: the vectors point nearly the same way. Two clouds for queries and documents."},
           true) {}

bool MapView::fits(const Snapshot& now) const {
    return m_map && (!now.trace || (now.trace->model_version == m_map->model_version && now.trace->collection == m_map->collection &&
                                    m_map->expert_idx < now.trace->experts.size()));
}

void MapView::follow(const Snapshot& now) {
    if (m_map != now.map.map) {
        m_map = now.map.map;
        m_trace.reset();
        m_score.clear();
        m_chosen.clear();
        m_fit = true;
        m_groups.clear();
        m_group.clear();
        if (!m_map) return;
        std::map<std::string, std::size_t> counts;
        for (const std::string& section : m_map->sections)
            if (!section.empty()) ++counts[section];
        std::vector<std::pair<std::size_t, std::string>> order;
        for (const auto& [section, count] : counts)
            order.emplace_back(count, section);
        std::ranges::stable_sort(order, std::ranges::greater(), &std::pair<std::size_t, std::string>::first);
        for (std::size_t place = 0; place < std::min(order.size(), kGroups); ++place)
            m_groups.push_back(order[place].second);
        for (const std::string& section : m_map->sections) {
            const auto place = std::ranges::find(m_groups, section);
            m_group.push_back(place == m_groups.end() ? -1 : static_cast<std::int32_t>(place - m_groups.begin()));
        }
        if (m_colour == Colour::Section && m_groups.empty()) m_colour = Colour::None;
        if (m_colour == Colour::Gate && m_map->first_choice.empty()) m_colour = Colour::Section;
    }
    if (!m_map || (m_trace == now.trace && m_score.size() == m_map->ids.size())) return;
    m_trace = now.trace;
    m_score.assign(m_map->ids.size(), -1);
    if (!m_trace || !fits(now)) return;
    std::unordered_map<std::string_view, float> raw;
    float low = std::numeric_limits<float>::max(), high = std::numeric_limits<float>::lowest();
    for (const UnionDocument& document : m_trace->documents) {
        const float score = document.raw[m_map->expert_idx];
        if (!std::isfinite(score)) continue;
        raw.emplace(document.id, score);
        low = std::min(low, score);
        high = std::max(high, score);
    }
    for (std::size_t place = 0; place < m_score.size(); ++place)
        if (const auto found = raw.find(m_map->ids[place]); found != raw.end()) m_score[place] = high > low ? (found->second - low) / (high - low) : 1;
}

void MapView::draw_contents(const Snapshot& now, Commands& out) {
    follow(now);
    draw_choices(now, out);
    const DocumentMapState& state = now.map;
    if (state.phase == Phase::Loading) {
        if (const JobSnapshot* job = running_job(now, "map")) building_state(*job, "You can go on meanwhile.", out);
        else loading_state("Laying out the documents", "You can go on meanwhile.", out);
        return;
    }
    if (state.phase == Phase::Failed) {
        if (failed_state("The documents were not laid out", state.error, {}, "Try again", out)) out.emplace_back(LayOutMap{state.expert});
        return;
    }
    if (!m_map) {
        const bool can = now.workbench.phase == Phase::Ready && now.workbench.index && !now.workbench.building;
        const std::string why = can ? "Lays out the index's documents by their main directions, in seconds for ten thousand. Choose an expert above for another one's view."
                                    : "It needs a model, a collection and a whole index of the two.";
        if (empty_state(icon::kView, "No map yet", why, can ? "Lay out the documents" : ""))
            out.emplace_back(LayOutMap{state.expert});
        return;
    }
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const bool beside = room.x > dp(620);
    const float side = beside ? dp(220) : 0;
    const float foot = line_height(TextStyle::Small) * 2 + dp(8);
    const float tall = std::max(room.y - foot, dp(160)), below = beside ? 0 : std::min(dp(160), tall / 2);
    draw_points(now, room.x - side - (beside ? dp(12) : 0), tall - below, out);
    if (beside) ImGui::SameLine(0, dp(12));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##beside", {beside ? side : room.x, beside ? tall : below}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_legend();
        draw_neighbours(now, out);
        draw_chosen(now, out);
    }
    ImGui::EndChild();
    std::string words = format_count(static_cast<std::int64_t>(m_map->ids.size())) + " documents of " + m_map->collection + " under " + heading(m_map->expert) + " of " +
                        m_map->model;
    if (m_map->left_out > 0) words += "; " + format_count(m_map->left_out) + " are left out";
    words += ". The picture shows " + percent(m_map->variance[0] + m_map->variance[1]) + " of the variance.";
    if (!fits(now)) words += " The query on screen is of another model or collection.";
    paragraph(words, TextStyle::Small, colors().dim);
}

void MapView::draw_choices(const Snapshot& now, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    std::vector<ExpertKind> kinds;
    for (const auto& expert : now.workbench.experts)
        kinds.push_back(expert.kind);
    const auto styles = expert_styles(kinds);
    for (std::size_t expert_idx = 0; expert_idx < now.workbench.experts.size(); ++expert_idx) {
        const std::string name = heading(now.workbench.experts[expert_idx].name);
        if (expert_idx > 0) flow_next(text_width(TextStyle::Small, name) + dp(36), dp(6));
        const bool shown = m_map ? m_map->expert_idx == expert_idx && m_map->model == now.workbench.model : now.map.expert == expert_idx;
        if (expert_chip(("##map " + name).c_str(), styles[expert_idx], name, {}, shown ? ChipState::Selected : ChipState::Normal) && now.map.phase != Phase::Loading &&
            now.workbench.index && !now.workbench.building)
            out.emplace_back(LayOutMap{expert_idx});
        hover_text("Lay out the documents as this expert sees them.");
    }
    if (m_map) {
        bool first = true;
        const auto colour = [&](const char* id, const char* words, Colour which, bool offered) {
            if (!offered) return;
            flow_next(text_chip_width(words), first ? dp(16) : dp(6));
            first = false;
            if (text_chip(id, words, m_colour == which)) m_colour = which;
        };
        colour("By section", "By section", Colour::Section, !m_groups.empty());
        colour("By gate", "By gate", Colour::Gate, !m_map->first_choice.empty());
        colour("By score", "By score for this query", Colour::Score, now.trace != nullptr && fits(now));
        colour("Plain", "Plain", Colour::None, true);
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(2)});
}

void MapView::draw_points(const Snapshot& now, float width, float height, Commands& out) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), end{at.x + width, at.y + height};
    const bool pressed = ImGui::InvisibleButton("Points", {width, height});
    const bool over = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    ImGuiIO& io = ImGui::GetIO();
    // A press that moved the picture or drew a line selects nothing where it ends.
    const bool moved = io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] > 9, lassoed = !m_lasso.empty();
    const ImVec2 middle{at.x + width / 2, at.y + height / 2};
    if (m_fit) {
        float left = std::numeric_limits<float>::max(), right = std::numeric_limits<float>::lowest(), top = left, bottom = right;
        for (const MapPlace& place : m_map->places) {
            left = std::min(left, place.x);
            right = std::max(right, place.x);
            top = std::min(top, place.y);
            bottom = std::max(bottom, place.y);
        }
        m_center_x = (left + right) / 2;
        m_center_y = (top + bottom) / 2;
        const float wide = std::max(right - left, 1e-6f), tall = std::max(bottom - top, 1e-6f);
        m_scale = 0.94f * std::min(width / wide, height / tall) / theme().scale;
        m_fit = false;
    }
    const auto on_screen = [&](MapPlace place) {
        const float scale = m_scale * theme().scale;
        return ImVec2{middle.x + (place.x - m_center_x) * scale, middle.y + (place.y - m_center_y) * scale};
    };
    if (over && io.MouseWheel != 0) {
        const float by = io.MouseWheel > 0 ? 1.25f : 0.8f, scale = m_scale * theme().scale;
        // What is under the mouse stays there.
        const float x = m_center_x + (io.MousePos.x - middle.x) / scale, y = m_center_y + (io.MousePos.y - middle.y) / scale;
        m_scale *= by;
        m_center_x = x - (x - m_center_x) / by;
        m_center_y = y - (y - m_center_y) / by;
    }
    const bool lassos = active && (io.KeyShift || !m_lasso.empty());
    if (active && !lassos && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
        m_center_x -= io.MouseDelta.x / (m_scale * theme().scale);
        m_center_y -= io.MouseDelta.y / (m_scale * theme().scale);
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(at, end, true);
    list.AddRectFilled(at, end, ink(colors().background), dp(6));
    const float radius = std::clamp(dp(1.6f) * std::sqrt(m_scale * theme().scale / std::max(width, 1.0f) * 2), dp(1.2f), dp(4));
    std::size_t nearest = m_map->places.size();
    float nearest_distance = dp(8) * dp(8);
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (std::size_t place = 0; place < m_map->places.size(); ++place) {
        const ImVec2 point = on_screen(m_map->places[place]);
        if (point.x < at.x || point.x > end.x || point.y < at.y || point.y > end.y) continue;
        ImU32 color = ink(colors().dim, 0.55f);
        float size = radius;
        switch (m_colour) {
        case Colour::Section:
            if (m_group[place] >= 0) color = ink(colors().experts[static_cast<std::size_t>(m_group[place])], 0.75f);
            else color = ink(colors().dim, 0.3f);
            break;
        case Colour::Gate:
            if (m_map->first_choice[place] >= 0) color = ink(colors().experts[(static_cast<std::size_t>(m_map->first_choice[place]) + 3) % kExpertHues], 0.75f);
            break;
        case Colour::Score:
            color = m_score[place] >= 0 ? ink(colors().accent, 0.3f + 0.7f * heat_strength(m_score[place])) : ink(colors().dim, 0.2f);
            if (m_score[place] >= 0) size = radius * (1.2f + 1.3f * m_score[place]);
            break;
        case Colour::None: break;
        }
        // A small square: thousands of circles would be ten times the corners.
        list.PrimReserve(6, 4);
        list.PrimRectUV({point.x - size, point.y - size}, {point.x + size, point.y + size}, white, white, color);
        const float dx = io.MousePos.x - point.x, dy = io.MousePos.y - point.y;
        if (over && dx * dx + dy * dy < nearest_distance) {
            nearest_distance = dx * dx + dy * dy;
            nearest = place;
        }
    }
    for (const std::size_t place : m_chosen) {
        const ImVec2 point = on_screen(m_map->places[place]);
        list.AddCircle(point, radius + dp(2), ink(colors().text, 0.8f), 8, dp(1));
    }
    const auto named = [&](ImVec2 point, std::string_view text) {
        const float room = text_width(TextStyle::Small, text) + dp(8), line = line_height(TextStyle::Small);
        list.AddRectFilled({point.x + dp(8), point.y - line / 2}, {point.x + dp(8) + room, point.y + line / 2}, ink(colors().panel, 0.8f), dp(4));
        draw_text(list, {point.x + dp(12), point.y - line / 2 + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text), text, dp(240));
    };
    const auto selected = std::ranges::find(m_map->ids, now.selection.document);
    if (selected != m_map->ids.end()) {
        const ImVec2 point = on_screen(m_map->places[static_cast<std::size_t>(selected - m_map->ids.begin())]);
        list.AddCircle(point, dp(7), ink(colors().accent), 0, dp(2));
        named(point, now.selection.document);
    }
    if (now.trace && fits(now)) {
        const ImVec2 point = on_screen(m_map->place(now.trace->experts[m_map->expert_idx].query));
        list.AddNgonFilled(point, dp(8), ink(colors().text), 3);
        named(point, "the query");
    }
    if (lassos) m_lasso.push_back(io.MousePos);
    if (m_lasso.size() > 1) list.AddPolyline(m_lasso.data(), static_cast<int>(m_lasso.size()), ink(colors().accent), dp(1.5f));
    if (!active && !m_lasso.empty()) {
        m_chosen.clear();
        if (m_lasso.size() > 4)
            for (std::size_t place = 0; place < m_map->places.size(); ++place)
                if (is_inside(on_screen(m_map->places[place]), m_lasso)) m_chosen.push_back(place);
        m_lasso.clear();
    }
    list.PopClipRect();
    if (nearest == m_map->places.size()) {
        if (over && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) m_fit = true;
        return;
    }
    const std::string& id = m_map->ids[nearest];
    if (pressed && !lassoed && !moved) {
        Selection selection = now.selection;
        selection.document = id;
        out.emplace_back(Select{selection});
    }
    if (active || !ImGui::BeginTooltip()) return;
    label(id, TextStyle::Strong, colors().text);
    if (!m_map->sections[nearest].empty()) label("section " + m_map->sections[nearest], TextStyle::Small, colors().dim);
    label("Press to select it.", TextStyle::Small, colors().dim);
    ImGui::EndTooltip();
}

void MapView::draw_legend() const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto row = [&](ImU32 color, const std::string& words) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        list.AddRectFilled({at.x + dp(2), at.y + dp(4)}, {at.x + dp(10), at.y + dp(12)}, color, dp(2));
        draw_text(list, {at.x + dp(18), at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), words, dp(190));
        ImGui::Dummy({dp(200), line_height(TextStyle::Small) + dp(2)});
    };
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    if (m_colour == Colour::Section) {
        for (std::size_t group = 0; group < m_groups.size(); ++group)
            row(ink(colors().experts[group]), m_groups[group]);
        row(ink(colors().dim, 0.5f), "other sections");
    } else if (m_colour == Colour::Gate) {
        const auto experts = static_cast<std::size_t>(*std::ranges::max_element(m_map->first_choice) + 1);
        for (std::size_t expert = 0; expert < experts; ++expert)
            row(ink(colors().experts[(expert + 3) % kExpertHues]), "expert " + std::to_string(expert + 1));
    } else if (m_colour == Colour::Score) {
        row(ink(colors().accent), "best of this query's documents");
        row(ink(colors().accent, 0.35f), "worst of them");
        row(ink(colors().dim, 0.3f), "not among them");
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void MapView::draw_neighbours(const Snapshot& now, Commands& out) const {
    section("Nearest", now.selection.document.empty() ? "select a document" : "in the space, to " + now.selection.document);
    if (now.selection.document.empty()) return;
    if (now.map.neighbours_of != now.selection.document) {
        label(now.map.neighbours_error.empty() ? "Looking \u2026" : now.map.neighbours_error, TextStyle::Small, colors().dim);
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(2)});
    for (const MapNeighbour& neighbour : now.map.neighbours)
        if (sample_row(("##near " + neighbour.id).c_str(), neighbour.title.empty() ? neighbour.id : neighbour.title, format_score(neighbour.score, 2),
                       ImGui::GetContentRegionAvail().x)) {
            Selection selection = now.selection;
            selection.document = neighbour.id;
            out.emplace_back(Select{selection});
        }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void MapView::draw_chosen(const Snapshot& now, Commands& out) {
    if (m_chosen.empty()) return;
    section("Picked", format_amount(static_cast<std::int64_t>(m_chosen.size()), Unit::Documents));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(2)});
    constexpr std::size_t kListed = 200;
    for (std::size_t each = 0; each < std::min(m_chosen.size(), kListed); ++each) {
        const std::string& id = m_map->ids[m_chosen[each]];
        if (sample_row(("##picked " + id).c_str(), id, m_map->sections[m_chosen[each]], ImGui::GetContentRegionAvail().x)) {
            Selection selection = now.selection;
            selection.document = id;
            out.emplace_back(Select{selection});
        }
    }
    ImGui::PopStyleVar();
    if (m_chosen.size() > kListed) label("and " + format_count(static_cast<std::int64_t>(m_chosen.size() - kListed)) + " more", TextStyle::Small, colors().dim);
}

std::optional<ViewTable> MapView::table(const Snapshot& now) const {
    if (!now.map.map) return {};
    const DocumentMap& map = *now.map.map;
    // Places on one map mean nothing on another one: the axes are its own.
    ViewTable made{.title = title(), .columns = {"document", "x", "y", "section", "first choice of the gate", "rank", "score"}, .apart = {1, 2}, .documents = 0};
    std::unordered_map<std::string_view, std::size_t> rank;
    if (now.trace)
        for (std::size_t place = 0; place < now.trace->fused.size(); ++place)
            rank.emplace(now.trace->documents[static_cast<std::size_t>(now.trace->fused[place].document)].id, place);
    for (std::size_t place = 0; place < map.ids.size(); ++place) {
        auto& row = made.rows.emplace_back(std::vector<ViewCell>{map.ids[place], static_cast<double>(map.places[place].x), static_cast<double>(map.places[place].y), map.sections[place]});
        row.push_back(map.first_choice.empty() ? ViewCell() : ViewCell(static_cast<std::int64_t>(map.first_choice[place] + 1)));
        const auto found = rank.find(map.ids[place]);
        row.push_back(found == rank.end() ? ViewCell() : ViewCell(static_cast<std::int64_t>(found->second + 1)));
        row.push_back(found == rank.end() ? ViewCell() : ViewCell(now.trace->fused[found->second].score));
    }
    return made;
}

} // namespace cameo
