#include "views/map_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>

namespace cameo {

MapView::MapView()
    : View("Map",
           {.what = "The documents in two dimensions, as one expert sees them, with the query among them.",
            .formula = "Of the expert's vectors \u2013 the pooled vector, the mean of the token vectors, or the term weights hashed into 256 places \u2013 "
                       "the two main components (PCA), or UMAP of the 15 nearest neighbours by cosine. A picture of hundreds of dimensions: "
                       "how much of them it shows stands below.",
            .reading = "The wheel zooms at the mouse, dragging moves, a double click on nothing fits. Press a document to select it: its neighbours stand "
                       "beside it, found in the space itself and never in the picture. Shift and drag around documents to list them.",
            .healthy = "Sections that hold together, and the query near what answers it.",
            .sick = "One dense knot far from an empty rest: the vectors point nearly the same way. Two clouds for queries and documents."},
           true) {}

bool MapView::fits(const DocumentMap& map, const Trace* trace) {
    return !trace || (trace->model_version == map.model_version && trace->collection == map.collection && map.expert_idx < trace->experts.size());
}

void MapView::follow(const Snapshot& now) {
    const bool other_map = m_map != now.map.map;
    if (other_map) {
        m_map = now.map.map;
        follow_map();
    }
    if (!m_map) return;
    if (other_map || m_trace != now.trace) follow_trace(now);
    if (!other_map && m_selected == now.selection.document) return;
    m_selected = now.selection.document;
    const auto found = std::ranges::find(m_map->ids, m_selected);
    m_selected_place.reset();
    if (found != m_map->ids.end()) m_selected_place = static_cast<std::size_t>(found - m_map->ids.begin());
}

void MapView::follow_map() {
    m_trace.reset();
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
    for (std::size_t place = 0; place < std::min(order.size(), kGroupHues); ++place)
        m_groups.push_back(order[place].second);
    for (const std::string& section : m_map->sections) {
        const auto place = std::ranges::find(m_groups, section);
        m_group.push_back(place == m_groups.end() ? -1 : static_cast<std::int32_t>(place - m_groups.begin()));
    }
    const auto [left, right] = std::ranges::minmax(m_map->places, {}, &MapPlace::x);
    const auto [top, bottom] = std::ranges::minmax(m_map->places, {}, &MapPlace::y);
    m_extent = std::max({right.x - left.x, bottom.y - top.y, 1e-6f});
    if (m_colour == Colour::Section && m_groups.empty()) m_colour = Colour::None;
    if (m_colour == Colour::Gate && m_map->first_choice.empty()) m_colour = Colour::Section;
}

void MapView::follow_trace(const Snapshot& now) {
    m_trace = now.trace;
    m_score.assign(m_map->ids.size(), -1);
    m_winner.assign(m_map->ids.size(), -1);
    m_styles.clear();
    m_query_place.reset();
    const bool shown = m_trace && m_map && fits(*m_map, now.trace.get());
    if (!shown && (m_colour == Colour::Score || m_colour == Colour::Winner)) m_colour = m_groups.empty() ? Colour::None : Colour::Section;
    if (!shown) return;
    m_query_place = m_map->place(m_trace->experts[m_map->expert_idx].query);
    std::vector<ExpertKind> kinds;
    for (const ExpertTrace& expert : m_trace->experts) kinds.push_back(expert.kind);
    m_styles = expert_styles(kinds);
    std::unordered_map<std::string_view, const UnionDocument*> documents;
    float low = std::numeric_limits<float>::max(), high = std::numeric_limits<float>::lowest();
    for (const UnionDocument& document : m_trace->documents) {
        documents.emplace(document.id, &document);
        const float score = document.raw[m_map->expert_idx];
        if (!std::isfinite(score)) continue;
        low = std::min(low, score);
        high = std::max(high, score);
    }
    for (std::size_t place = 0; place < m_score.size(); ++place) {
        const auto found = documents.find(m_map->ids[place]);
        if (found == documents.end()) continue;
        const float score = found->second->raw[m_map->expert_idx];
        if (std::isfinite(score)) m_score[place] = high > low ? (score - low) / (high - low) : 1;
        const auto& ranks = found->second->rank;
        const auto best = std::ranges::min_element(ranks);
        if (best != ranks.end() && std::ranges::count(ranks, *best) == 1) m_winner[place] = static_cast<std::int32_t>(best - ranks.begin());
    }
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
        if (failed_state("The documents were not laid out", state.error, {}, "Try again", out)) out.emplace_back(LayOutMap{state.expert, state.layout});
        return;
    }
    if (!m_map) {
        const bool can = now.workbench.phase == Phase::Ready && now.workbench.index && !now.workbench.building;
        const std::string why = can ? "Lays out the index's documents by their main directions, in seconds for ten thousand. Choose an expert above for another one's view."
                                    : "It needs a model, a collection and a whole index of the two.";
        if (empty_state(icon::kView, "No map yet", why, can ? "Lay out the documents" : ""))
            out.emplace_back(LayOutMap{state.expert, state.layout});
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
        draw_legend(now);
        draw_neighbours(now, out);
        draw_chosen(now, out);
    }
    ImGui::EndChild();
    std::string words = format_count(static_cast<std::int64_t>(m_map->ids.size())) + " documents of " + m_map->collection + " under " + heading(m_map->expert) + " of " +
                        m_map->model;
    if (m_map->left_out > 0) words += "; " + format_count(m_map->left_out) + " are left out";
    if (m_map->layout == MapLayout::Directions) words += ". The picture shows " + format_percent(m_map->variance[0] + m_map->variance[1]) + " of the variance.";
    else words += ". Neighbours in the picture are neighbours in the space to " + format_percent(m_map->trust) + " (trustworthiness); distances between groups mean little.";
    if (!fits(*m_map, now.trace.get())) words += " The query on screen is of another model or collection.";
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
            out.emplace_back(LayOutMap{expert_idx, now.map.layout});
        hover_text("Lay out the documents as this expert sees them.");
    }
    draw_layouts(now, out);
    if (m_map) draw_colours(now);
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(2)});
}

void MapView::draw_layouts(const Snapshot& now, Commands& out) const {
    bool first = true;
    for (const auto& [words, layout, help] : {std::tuple{"Main directions", MapLayout::Directions, "The two directions in which the vectors differ most (PCA): at once."},
                                              {"Neighbours", MapLayout::Neighbours, "Documents that are alike stand beside each other (UMAP): takes a quarter of a minute for ten thousand."}}) {
        flow_next(text_chip_width(words), first ? dp(16) : dp(6));
        first = false;
        const bool shown = (m_map ? m_map->layout : now.map.layout) == layout;
        if (text_chip(words, words, shown) && !shown && now.map.phase != Phase::Loading && now.workbench.index && !now.workbench.building)
            out.emplace_back(LayOutMap{m_map ? m_map->expert_idx : now.map.expert, layout});
        hover_text(help);
    }
}

void MapView::draw_colours(const Snapshot& now) {
    flow_next(text_width(TextStyle::Small, "Colour") + dp(8) + text_chip_width("Section"), dp(16));
    ImGui::AlignTextToFramePadding();
    label("Colour", TextStyle::Small, colors().dim);
    const auto colour = [&](const char* id, const char* words, Colour which, bool offered, const char* help) {
        if (!offered) return;
        flow_next(text_chip_width(words), dp(6));
        if (text_chip(id, words, m_colour == which)) m_colour = which;
        hover_text(help);
    };
    const bool asked = now.trace && fits(*m_map, now.trace.get());
    colour("By section", "Section", Colour::Section, !m_groups.empty(), "The most frequent sections of the collection.");
    colour("By gate", "Gate", Colour::Gate, !m_map->first_choice.empty(), "The gate's first choice for each document.");
    colour("By winner", "Winner", Colour::Winner, asked && m_styles.size() > 1, "The expert that puts a document of this query higher than all others do.");
    colour("By score", "Score", Colour::Score, asked, "The score that this expert gives it for this query.");
    colour("Plain", "None", Colour::None, true, "All alike.");
}

void MapView::draw_legend(const Snapshot& now) const {
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
            row(ink(colors().groups[group % kGroupHues]), m_groups[group]);
        row(ink(colors().dim, 0.5f), "other sections");
    } else if (m_colour == Colour::Gate) {
        const auto experts = static_cast<std::size_t>(*std::ranges::max_element(m_map->first_choice) + 1);
        for (std::size_t expert = 0; expert < experts; ++expert)
            row(ink(colors().experts[gate_hue(expert)]), "Expert " + std::to_string(expert + 1));
    } else if (m_colour == Colour::Winner && now.trace) {
        for (std::size_t expert = 0; expert < m_styles.size(); ++expert)
            row(hue(m_styles[expert]), heading(now.trace->experts[expert].name) + " ranks it best");
        row(ink(colors().text, 0.6f), "several do");
        row(ink(colors().dim, 0.3f), "not among this query's");
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
                       ImGui::GetContentRegionAvail().x, icon::kDocument)) {
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
        if (sample_row(("##picked " + id).c_str(), id, m_map->sections[m_chosen[each]], ImGui::GetContentRegionAvail().x, icon::kDocument)) {
            Selection selection = now.selection;
            selection.document = id;
            out.emplace_back(Select{selection});
        }
    }
    ImGui::PopStyleVar();
    if (m_chosen.size() > kListed) label("and " + format_count(static_cast<std::int64_t>(m_chosen.size() - kListed)) + " more", TextStyle::Small, colors().dim);
}

bool MapView::has_table(const Snapshot& now) const { return bool(now.map.map); }

std::optional<ViewTable> MapView::table(const Snapshot& now) const {
    if (!has_table(now)) return {};
    const DocumentMap& map = *now.map.map;
    // Places on one map mean nothing on another one: the axes are its own.
    ViewTable made{.title = title(), .columns = {"document", "x", "y", "section", "first choice of the gate", "rank", "score"}, .apart = {1, 2}, .documents = 0};
    made.about = {{"model", map.model}, {"model version", map.model_version}, {"collection", map.collection}, {"collection version", map.collection_version},
                  {"expert", map.expert}, {"layout", map.layout == MapLayout::Directions ? "main directions (PCA)" : "neighbours (UMAP)"}};
    const Trace* trace = fits(map, now.trace.get()) ? now.trace.get() : nullptr;
    std::unordered_map<std::string_view, std::size_t> rank;
    if (trace) {
        made.scales = {{6, fused_scale(*trace)}};
        made.about.emplace_back("query of rank and score", trace->query);
        made.about.emplace_back("fusion of rank and score", to_string(trace->fusion));
        for (std::size_t place = 0; place < trace->fused.size(); ++place)
            rank.emplace(trace->documents[static_cast<std::size_t>(trace->fused[place].document)].id, place);
    }
    for (std::size_t place = 0; place < map.ids.size(); ++place) {
        auto& row = made.rows.emplace_back(std::vector<ViewCell>{map.ids[place], static_cast<double>(map.places[place].x), static_cast<double>(map.places[place].y), map.sections[place]});
        row.push_back(map.first_choice.empty() ? ViewCell() : ViewCell(static_cast<std::int64_t>(map.first_choice[place] + 1)));
        const auto found = rank.find(map.ids[place]);
        row.push_back(found == rank.end() ? ViewCell() : ViewCell(static_cast<std::int64_t>(found->second + 1)));
        row.push_back(found == rank.end() ? ViewCell() : ViewCell(trace->fused[found->second].score));
    }
    return made;
}

} // namespace cameo
