#include "views/specialisation_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kSpecialityRowHeight = 34;

/// A mean as a dot with its interval on a scale from 0 to 1.
void interval_mark(ImDrawList& list, ImVec2 left_middle, float width, const MeanInterval& value, ImU32 color, bool strong) {
    const auto place = [&](double share) { return left_middle.x + width * static_cast<float>(std::clamp(share, 0.0, 1.0)); };
    list.AddRectFilled({left_middle.x, left_middle.y - dp(0.5f)}, {left_middle.x + width, left_middle.y + dp(0.5f)}, ink(colors().line, 0.7f));
    list.AddRectFilled({place(value.low), left_middle.y - dp(1.5f)}, {std::max(place(value.high), place(value.low) + dp(1)), left_middle.y + dp(1.5f)}, color, dp(1));
    list.AddCircleFilled({place(value.mean), left_middle.y}, dp(strong ? 4.5f : 3.5f), color);
}

std::string interval_words(const MeanInterval& value) {
    return format_exact(value.mean) + ", 95 % between " + format_score(value.low, 3) + " and " + format_score(value.high, 3);
}

} // namespace

std::string specialisation_answer(const std::vector<QuerySlice>& slices, const std::vector<std::string>& experts) {
    std::string text;
    std::vector<bool> leads(experts.size(), false);
    std::size_t clear = 0, considered = 0;
    for (const QuerySlice& slice : slices) {
        if (slice.name == "others") continue;
        ++considered;
        // A category may have the name of an expert.
        text.append(text.empty() ? "\u201C" : " \u201C").append(slice.name).append("\u201D queries: ");
        text.append(heading(experts[slice.best]));
        if (slice.p < kSignificant) {
            ++clear;
            leads[slice.best] = true;
            text.append(" leads with ");
        } else {
            text.append(" is ahead, within what chance does, with ");
        }
        text.append(format_score(slice.experts[slice.best].mean, 2)).append(1, '.');
    }
    if (considered < 2) return text;
    const auto leaders = std::count(leads.begin(), leads.end(), true);
    if (leaders > 1) return text.append(" Different experts lead for different queries: they have specialised.");
    if (leaders == 1 && clear == considered) return text.append(" One expert leads everywhere.");
    return text.append(" Nobody can say from these queries that different experts serve different ones.");
}

SpecialisationView::SpecialisationView()
    : View("Specialisation",
           {.what = "Which expert serves which queries, over all judged queries.",
            .formula = "Each cell is the mean of the measure over the queries of a part, with its 95 % bootstrap interval. A leader is one whose difference to the next expert, query by query, is "
                       "significant (p < 0.05 in a paired randomisation test, Holm-corrected over the parts). An expert "
                       "saves a query when the fusion is worse without it, and ruins it when the fusion is better without it. "
                       "Jaccard: common documents among both's first 10. RBO: overlap that counts the top most (p = 0.9).",
            .reading = "The line stands under the leader of each row, faint where chance could do it. Press a row, or a number below, to list its queries; press a "
                       "query to run it.",
            .healthy = "Different leaders in different rows, experts that save many more queries than they ruin, lists that overlap "
                       "in part, and a best-expert line above the fusion: there is something to gain.",
            .sick = "One expert leads everywhere and the others save nothing; overlap and correlation near 1: copies."},
           true) {}

const std::vector<QuerySlice>& SpecialisationView::slices(const Snapshot& now) const {
    const auto& all = now.judged.specialisation->slices;
    const auto found = all.find(m_by);
    return found != all.end() ? found->second : all.begin()->second;
}

void SpecialisationView::draw_contents(const Snapshot& now, Commands& out) {
    if (!now.judged.scores) {
        judged_state(now, "which expert serves which queries", JudgedPlace::Whole, out);
        return;
    }
    if (!now.judged.specialisation && !now.judged.specialisation_trouble.empty()) {
        if (failed_state("The experts were not compared", now.judged.specialisation_trouble, "Another fusion may do.", "Try again", out)) out.emplace_back(MeasureJudged{now.judged.split});
        return;
    }
    if (!now.judged.specialisation) {
        loading_state("Comparing the experts", "A moment: all queries are scored already.", out);
        return;
    }
    if (m_shown != now.judged.specialisation) {
        // Slices that have just been made are what somebody wants to see.
        if (m_shown && !m_shown->slices.contains(kOwnSlices) && now.judged.specialisation->slices.contains(kOwnSlices)) cut_by(kOwnSlices);
        m_shown = now.judged.specialisation;
        if (!m_shown->slices.contains(m_by)) cut_by(m_shown->slices.contains("category") ? "category" : m_shown->slices.begin()->first);
        m_styles = expert_styles(now.judged.scores->kinds);
        if (m_listed_expert >= m_styles.size()) m_listed = Listed::None;
    }
    if (now.judged.following) draw_busy_line(*ImGui::GetWindowDrawList(), ImGui::GetWindowPos(), ImGui::GetWindowWidth(), out);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##specialisation", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_choices(now, out);
        draw_answer(now);
        draw_slices(now);
        draw_contributions(now);
        draw_queries(now, out);
        draw_pairs(now);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void SpecialisationView::cut_by(const std::string& name) {
    m_by = name;
    if (m_listed == Listed::Slice) m_listed = Listed::None; // a part of the cut before
}

void SpecialisationView::draw_choices(const Snapshot& now, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    bool first = true;
    for (const auto& [name, slices_of] : m_shown->slices) {
        const std::string words = name == "all" ? "All queries" : "By " + name;
        if (!first) flow_next(text_chip_width(words), dp(6));
        first = false;
        if (text_chip(name.c_str(), words, m_by == name)) cut_by(name);
    }
    flow_next(text_chip_width("Your slices \u2026"), dp(6));
    m_own.draw(now, out);
    measure_chips(now, out);
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(2)});
}

void SpecialisationView::draw_answer(const Snapshot& now) const {
    paragraph(specialisation_answer(slices(now), now.judged.scores->experts), TextStyle::Body, colors().text);
    ImGui::Dummy({0, dp(2)});
}

void SpecialisationView::draw_slices(const Snapshot& now) {
    const auto& rows = slices(now);
    const std::size_t experts = m_styles.size(), columns = experts + 2; // and the fusion, and the best expert
    const float width = ImGui::GetContentRegionAvail().x;
    const float name_width = std::min(dp(150), width * 0.26f), column = (width - name_width) / static_cast<float>(columns);
    const float figure = text_width(TextStyle::Mono, "0.000") + dp(8);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float head = dp(26), baseline = at.y + ascent(TextStyle::Small) + dp(4);
    for (std::size_t each = 0; each < columns; ++each) {
        float x = at.x + name_width + column * static_cast<float>(each);
        if (each < experts) {
            draw_mark(list, {x + dp(5), at.y + dp(4) + line_height(TextStyle::Small) / 2}, m_styles[each], 8, true);
            x += dp(16);
        }
        draw_text(list, {x, baseline}, TextStyle::Small, ink(each < experts ? colors().text : colors().dim),
                  each < experts ? heading(now.judged.scores->experts[each]) : each == experts ? "Fusion in use" : "Best expert",
                  column - dp(20));
    }
    ImGui::Dummy({width, head});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (const QuerySlice& slice : rows) {
        const bool chosen = m_listed == Listed::Slice && m_listed_slice == slice.name;
        if (ImGui::InvisibleButton(("Part " + slice.name).c_str(), {width, dp(kSpecialityRowHeight)}, ImGuiButtonFlags_EnableNav)) {
            m_listed = chosen ? Listed::None : Listed::Slice;
            m_listed_slice = slice.name;
        }
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        if (chosen) list.AddRectFilled(min, max, ink(colors().accent, 0.16f), dp(4));
        else if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
        focus_ring(min, max, dp(4));
        const float middle = (min.y + max.y) / 2;
        draw_their_text(list, {min.x + dp(4), std::round(min.y + dp(3) + ascent(TextStyle::Body))}, TextStyle::Body, ink(colors().text),
                        slice.name.empty() ? "without a name" : slice.name, name_width - dp(10));
        draw_text(list, {min.x + dp(4), std::round(max.y - dp(4))}, TextStyle::Small, ink(colors().dim),
                  format_amount(static_cast<std::int64_t>(slice.queries.size()), Unit::Queries), name_width - dp(10));
        const float mouse = ImGui::GetIO().MousePos.x;
        for (std::size_t each = 0; each < columns; ++each) {
            const float left = min.x + name_width + column * static_cast<float>(each);
            const MeanInterval& value = each < experts ? slice.experts[each] : each == experts ? slice.fusion : slice.oracle;
            const bool best = each < experts && each == slice.best;
            const ImU32 color = each < experts ? hue(m_styles[each], best ? 1.0f : 0.75f) : ink(colors().dim);
            const float bar = column - figure - dp(14);
            if (bar > dp(16)) interval_mark(list, {left, middle}, bar, value, color, best);
            draw_text(list, {left + column - dp(10), std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono))}, TextStyle::Mono,
                      ink(best ? colors().text : colors().dim), format_score(value.mean, 3), figure, Align::Right);
            if (best) list.AddRectFilled({left + column - dp(10) - text_width(TextStyle::Mono, "0.000"), max.y - dp(6)}, {left + column - dp(10), max.y - dp(4)}, hue(m_styles[each], slice.p < kSignificant ? 1.0f : 0.35f));
            if (mouse < left || mouse >= left + column || !is_pointed_at()) continue;
            std::string text = slice.name + ", " + (each < experts ? heading(now.judged.scores->experts[each]) : each == experts ? "the fusion in use" : "the best expert of every query") +
                               ": " + measure_name(m_shown->measure) + " " + interval_words(value);
            if (each < experts)
                text += "\nAlone the best on " + format_score(100 * slice.sole_best[each], 0) + " % of these queries; on " +
                        format_score(100 * slice.all_equal, 0) + " % no expert is better than another.";
            hover_text(text);
        }
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void SpecialisationView::draw_contributions(const Snapshot& now) {
    section("Who saves, who ruins", "against the fusion without this expert; press a number to see the queries");
    const auto& scores = *now.judged.scores;
    const float width = ImGui::GetContentRegionAvail().x;
    double largest = 1;
    for (const Contribution& part : m_shown->contributions)
        largest = std::max({largest, static_cast<double>(part.saves.size()), static_cast<double>(part.ruins.size())});
    const auto counted = [](const char* what, std::size_t count) { return what + format_count(static_cast<std::int64_t>(count)); };
    float chips = 0; // bars begin behind the widest row of chips, so that their zeros stand under each other
    for (const Contribution& part : m_shown->contributions)
        chips = std::max(chips, text_chip_width(counted("saves ", part.saves.size())) + text_chip_width(counted("ruins ", part.ruins.size())) +
                                    text_chip_width(counted("alone finds ", part.only.size())) + dp(12));
    for (std::size_t expert_idx = 0; expert_idx < m_styles.size(); ++expert_idx) {
        const Contribution& part = m_shown->contributions[expert_idx];
        ImGui::PushID(static_cast<int>(expert_idx));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float middle = at.y + dp(13), name_width = dp(110);
        draw_mark(list, {at.x + dp(6), middle}, m_styles[expert_idx], 9, true);
        draw_text(list, {at.x + dp(20), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, TextStyle::Body,
                  ink(colors().text), heading(scores.experts[expert_idx]), name_width - dp(24));
        ImGui::SetCursorScreenPos({at.x + name_width, at.y});
        const auto chip = [&](const char* id, Listed which, const std::string& words) {
            const bool chosen = m_listed == which && m_listed_expert == expert_idx;
            if (!text_chip(id, words, chosen)) return;
            m_listed = chosen ? Listed::None : which;
            m_listed_expert = expert_idx;
        };
        chip("Saves", Listed::Saves, counted("saves ", part.saves.size()));
        ImGui::SameLine(0, dp(6));
        chip("Ruins", Listed::Ruins, counted("ruins ", part.ruins.size()));
        ImGui::SameLine(0, dp(6));
        chip("Only", Listed::Only, counted("alone finds ", part.only.size()));
        hover_text("Queries that no other expert serves at all: the measure of all others is 0.");
        const float left = at.x + name_width + chips + dp(14), room = at.x + width - left - dp(70);
        if (room > dp(60)) {
            // To the left what it ruins, to the right what it saves, on one scale.
            const float zero = left + room / 2;
            const auto length = [&](std::size_t count) { return room / 2 * static_cast<float>(static_cast<double>(count) / largest); };
            list.AddLine({zero, middle - dp(8)}, {zero, middle + dp(8)}, ink(colors().line), dp(1));
            list.AddRectFilled({zero, middle - dp(3)}, {zero + length(part.saves.size()), middle + dp(3)}, hue(m_styles[expert_idx]), dp(3));
            list.AddRectFilled({zero - length(part.ruins.size()), middle - dp(3)}, {zero, middle + dp(3)}, hue(m_styles[expert_idx], 0.45f), dp(3));
        }
        draw_text(list, {at.x + width - dp(4), std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono))}, TextStyle::Mono,
                  ink(colors().text), format_signed(part.mean, 3), dp(64), Align::Right);
        ImGui::SetCursorScreenPos({at.x + width - dp(68), at.y});
        ImGui::InvisibleButton("Mean", {dp(66), dp(26)});
        hover_text([&] { return std::string(measure_name(m_shown->measure)) + " of the fusion minus that of the fusion without " + heading(scores.experts[expert_idx]) +
                   ": " + format_exact(part.mean); });
        ImGui::PopID();
    }
    ImGui::Dummy({0, dp(space::kUnit)});
}

std::vector<std::size_t> SpecialisationView::listed(const Snapshot& now) const {
    const auto& contributions = m_shown->contributions;
    switch (m_listed) {
    case Listed::None: return {};
    case Listed::Saves: return contributions[m_listed_expert].saves;
    case Listed::Ruins: return contributions[m_listed_expert].ruins;
    case Listed::Only: return contributions[m_listed_expert].only;
    case Listed::Slice:
        for (const QuerySlice& slice : slices(now))
            if (slice.name == m_listed_slice) return slice.queries;
        return {};
    }
    return {};
}

void SpecialisationView::draw_queries(const Snapshot& now, Commands& out) {
    if (m_listed == Listed::None) return;
    const auto queries = listed(now);
    const auto& scores = *now.judged.scores;
    const std::string expert = m_listed == Listed::Slice ? "" : heading(scores.experts[m_listed_expert]);
    const std::string title = m_listed == Listed::Saves ? "Saved by " + expert : m_listed == Listed::Ruins ? "Ruined by " + expert
                              : m_listed == Listed::Only ? "Found by " + expert + " alone" : "Queries of " + m_listed_slice;
    section(title, format_amount(static_cast<std::int64_t>(queries.size()), Unit::Queries) + ", press one to run it");
    const auto ids = [&] {
        std::vector<std::string> list;
        for (const std::size_t query : queries) list.push_back(scores.judged.queries[query].id);
        return list;
    };
    if (!queries.empty() && m_by != kOwnSlices) keep_as_slice(now, ids, out);
    const float width = ImGui::GetContentRegionAvail().x, figure = text_width(TextStyle::Mono, "0.00") + dp(12);
    const std::size_t experts = m_styles.size();
    const float figures = figure * static_cast<float>(experts + 1);
    {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        for (std::size_t each = 0; each < experts; ++each)
            draw_mark(list, {at.x + width - figures + figure * (static_cast<float>(each) + 1) - dp(20), at.y + dp(8)}, m_styles[each], 8, true);
        draw_text(list, {at.x + width - dp(18), at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), "fused", figure, Align::Right);
        ImGui::Dummy({width, dp(18)});
    }
    const float height = dp(26), shown = std::min(static_cast<float>(queries.size()), 8.0f) * height;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const bool visible = ImGui::BeginChild("##queries", {0, std::max(shown, height)}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(); // the rows' spacing is pushed again inside, where popups do not inherit it
    ImGui::PopStyleVar();
    if (visible) {
        if (queries.empty()) label("None.", TextStyle::Small, colors().dim);
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(queries.size()), height);
        while (clipper.Step())
            for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
                const std::size_t place = queries[static_cast<std::size_t>(row)];
                const Query& query = scores.judged.queries[place];
                if (ImGui::InvisibleButton(("Query " + query.id).c_str(), {width - dp(14), height}, ImGuiButtonFlags_EnableNav))
                    out.emplace_back(RunQuery{query.text});
                const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
                ImDrawList& list = *ImGui::GetWindowDrawList();
                if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.06f), dp(4));
                focus_ring(min, max, dp(4));
                const float middle = (min.y + max.y) / 2;
                const float mono = std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono));
                bool cut = false;
                draw_their_text(list, {min.x + dp(4), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, TextStyle::Body,
                                ink(colors().text), query.text, width - figures - dp(20), Align::Left, &cut);
                for (std::size_t each = 0; each <= experts; ++each) {
                    const double one = each < experts ? m_shown->per_query[each][place] : m_shown->fused[place];
                    draw_text(list, {min.x + width - figures + figure * (static_cast<float>(each) + 1) - dp(18), mono}, TextStyle::Mono,
                              ink(one > 0 ? colors().text : colors().dim), format_score(one, 2), figure, Align::Right);
                }
                hover_text((cut ? query.text + "\n" : "") + query.id + (query.category.empty() ? "" : ", " + query.category) +
                           ". Press to run it.");
            }
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void SpecialisationView::draw_pairs(const Snapshot& now) const {
    const auto& names = now.judged.scores->experts;
    section("How alike they are", "each pair of experts");
    const float width = ImGui::GetContentRegionAvail().x;
    const float name_width = std::min(dp(220), width * 0.4f), column = (width - name_width) / 3;
    const auto line = [&](const std::string& first, const char* a, const char* b, const char* c, bool head) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const TextStyle style = head ? TextStyle::Small : TextStyle::Mono;
        draw_text(list, {at.x + dp(4), at.y + ascent(TextStyle::Body)}, head ? TextStyle::Small : TextStyle::Body, ink(head ? colors().dim : colors().text),
                  first, name_width - dp(8));
        float x = at.x + name_width;
        for (const char* text : {a, b, c}) {
            draw_text(list, {x, at.y + ascent(style)}, style, ink(head ? colors().dim : colors().text), text, column - dp(6));
            x += column;
        }
        ImGui::Dummy({width, line_height(TextStyle::Body) + dp(2)});
    };
    line("", "same of the first 10", "overlap (RBO)", "succeed together", true);
    for (std::size_t one = 0; one < names.size(); ++one)
        for (std::size_t other = one + 1; other < names.size(); ++other) {
            const ExpertPair& pair = m_shown->pair(one, other);
            line(heading(names[one]) + " and " + heading(names[other]), format_score(pair.jaccard, 2).c_str(), format_score(pair.rbo, 2).c_str(),
                 std::isnan(pair.correlation) ? "\u2013" : format_score(pair.correlation, 2).c_str(), false);
        }
    std::string found = "Of the right documents, among the first 100: ";
    for (std::size_t expert_idx = 0; expert_idx < names.size(); ++expert_idx)
        found.append(heading(names[expert_idx])).append(1, ' ').append(format_score(100 * m_shown->found[expert_idx], 1)).append(" %, ");
    paragraph(found.append("any of them ").append(format_score(100 * m_shown->found_by_any, 1)).append(" %."), TextStyle::Small, colors().dim);
}

std::optional<ViewTable> SpecialisationView::table(const Snapshot& now) const {
    if (!now.judged.scores || !now.judged.specialisation) return {};
    const Specialisation& shown = *now.judged.specialisation;
    ViewTable made{.title = title(), .columns = {"by", "part", "queries", "system", measure_name(shown.measure), "low", "high", "alone the best"}, .keys = {0, 1, 3}, .about = judged_about(*now.judged.scores)};
    made.about.emplace_back("fusion in use", to_string(shown.fusion));
    for (const auto& [by, slices_of] : shown.slices)
        for (const QuerySlice& slice : slices_of) {
            const auto add = [&](const std::string& system, const MeanInterval& value, ViewCell sole) {
                made.rows.push_back({by, slice.name, static_cast<std::int64_t>(slice.queries.size()), system, value.mean, value.low, value.high, std::move(sole)});
            };
            for (std::size_t expert_idx = 0; expert_idx < slice.experts.size(); ++expert_idx)
                add(now.judged.scores->experts[expert_idx], slice.experts[expert_idx], slice.sole_best[expert_idx]);
            add("fusion in use", slice.fusion, {});
            add("best expert of every query", slice.oracle, {});
        }
    return made;
}

} // namespace cameo
