#include "views/search_bar.hpp"

#include "core/base/ignoring_case.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/fusion_chooser.hpp"
#include "views/icons.hpp"
#include "views/tour_anchor.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <utility>

namespace cameo {
namespace {

constexpr float kHeight = 36, kBoxMin = 200, kBoxMax = 720, kSuggestionHeight = 34;
constexpr std::size_t kHistoryShown = 6, kSamplesShown = 12;

struct InputState {
    std::string* text;
    int step = 0; ///< arrow keys in the box walk the suggestions
};

int on_input(ImGuiInputTextCallbackData* data) {
    auto& state = *static_cast<InputState*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
        state.text->resize(static_cast<std::size_t>(data->BufTextLen));
        data->Buf = state.text->data();
    } else if (data->EventFlag == ImGuiInputTextFlags_CallbackHistory) {
        state.step = data->EventKey == ImGuiKey_DownArrow ? 1 : -1;
    }
    return 0;
}

struct Suggestion {
    std::string_view text, category;
    const PastQuery* past = nullptr; ///< null: a sample
};

/// What fits the text: queries of before, then samples. With the text of the last query in the box, everything fits.
std::vector<Suggestion> suggestions_for(const Snapshot& now, std::string_view text) {
    const bool all = text.empty() || (now.trace && now.trace->query == text);
    std::vector<Suggestion> found;
    const auto fits = [&](std::string_view candidate) { return all || contains_ignoring_case(candidate, text); };
    for (const auto& past : now.history)
        if (found.size() < kHistoryShown && fits(past.text)) found.push_back({past.text, {}, &past});
    std::size_t samples = 0;
    for (const auto& sample : now.workbench.samples) {
        const bool listed = std::any_of(found.begin(), found.end(), [&](const auto& each) { return each.text == sample.text; });
        if (listed || samples >= kSamplesShown || !fits(sample.text)) continue;
        found.push_back({sample.text, sample.category});
        ++samples;
    }
    return found;
}

/// A pill that opens a popup. With too little room it keeps its icon only.
struct Pill {
    const char* id;
    const char* icon;
    std::string text;
    std::string figure;
    std::string tooltip;
    bool compact = false;

    float width() const {
        const float icon_room = dp(12) + dp(16) + dp(10);
        if (compact) return icon_room + dp(14);
        return icon_room + text_width(TextStyle::Body, text) +
               (figure.empty() ? 0 : dp(6) + text_width(TextStyle::Mono, figure)) + dp(6 + 16 + 8) - dp(4);
    }
    bool draw() const {
        const bool pressed = ImGui::InvisibleButton(id, {width(), dp(kHeight)}, ImGuiButtonFlags_EnableNav);
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        const bool hovered = ImGui::IsItemHovered();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled(min, max, hovered ? ink(blend(colors().raised, colors().text, 0.07)) : ink(colors().raised), dp(8));
        const float middle = (min.y + max.y) / 2;
        const float baseline = std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body));
        draw_icon(list, {min.x + dp(20), middle}, icon, ink(colors().dim), 16);
        float x = min.x + dp(34);
        if (!compact) {
            x += draw_their_text(list, {x, baseline}, TextStyle::Body, ink(colors().text), text) + dp(6);
            if (!figure.empty()) draw_text(list, {x, baseline}, TextStyle::Mono, ink(colors().dim), figure);
        }
        draw_icon(list, {max.x - dp(15), middle}, icon::kChevronDown, ink(colors().dim), 15);
        focus_ring(min, max, dp(8));
        hover_text(tooltip);
        if (pressed) ImGui::OpenPopup(id);
        place_popup_below_item();
        return ImGui::BeginPopup(id);
    }
};

bool choice(std::string_view name, std::string_view detail, bool chosen) {
    const std::string id(name);
    const float wanted = text_width(TextStyle::Body, name) + text_width(TextStyle::Small, detail) + dp(72);
    const float width = std::max({ImGui::GetContentRegionAvail().x, dp(240), wanted});
    const bool pressed = ImGui::InvisibleButton(id.c_str(), {width, dp(kSuggestionHeight)}, ImGuiButtonFlags_EnableNav);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (chosen || ImGui::IsItemHovered())
        list.AddRectFilled(min, max, chosen ? ink(colors().accent, 0.18f) : ink(colors().text, 0.08f), dp(6));
    const float baseline = std::round((min.y + max.y - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body));
    draw_their_text(list, {min.x + dp(12), baseline}, chosen ? TextStyle::Strong : TextStyle::Body, ink(colors().text), name);
    draw_text(list, {max.x - dp(36), baseline}, TextStyle::Small, ink(colors().dim), detail, dp(240), Align::Right);
    if (chosen) draw_icon(list, {max.x - dp(18), (min.y + max.y) / 2}, icon::kCheck, ink(colors().accent), 16);
    focus_ring(min, max, dp(6));
    if (pressed) ImGui::CloseCurrentPopup();
    return pressed;
}

bool nothing_to_choose(std::string_view what) {
    paragraph("No " + std::string(what) + " yet.", TextStyle::Small, colors().dim, dp(220));
    return button("Set up the demo", ButtonKind::Primary);
}

void pin_menu(const Snapshot& now, Commands& out) {
    const bool searchable = now.workbench.phase == Phase::Ready && now.workbench.index;
    if (searchable && choice("Pin the setting", now.workbench.model + ", " + std::string(fusion_words(shown_fusion(now).method).title) + ": asked every query too", now.pin && now.pin->kind == Pin::Kind::Setting)) out.emplace_back(PinSetting{});
    if (now.trace && choice("Pin this result", "the list now on screen", now.pin && now.pin->kind == Pin::Kind::Result)) out.emplace_back(PinResult{});
    const bool pinned = now.pin && now.pin->kind != Pin::Kind::Original;
    if (pinned && choice("Unpin", "", false)) out.emplace_back(Unpin{});
    if (!searchable && !now.trace && !pinned) label("There is nothing to pin yet.", TextStyle::Small, colors().text);
    ImGui::Dummy({0, dp(2)});
    paragraph("Every view then compares what is on screen with it.", TextStyle::Small, colors().dim, dp(300));
}

} // namespace

Command again(const Snapshot& now, const PastQuery& past) {
    const Workbench& bench = now.workbench;
    const bool searchable = bench.phase == Phase::Loading || (bench.phase == Phase::Ready && bench.index);
    const auto fits = [](const std::string& asked_of, const std::string& used) { return asked_of.empty() || asked_of == used; };
    const bool in_use = searchable && fits(past.model, bench.model) && fits(past.collection, bench.collection);
    if (in_use || past.trace_id.empty()) return RunQuery{past.text};
    return OpenTrace{past.trace_id};
}

float SearchBar::height() { return dp(kHeight); }

void SearchBar::draw(const Snapshot& now, Commands& out) {
    const Workbench& bench = now.workbench;
    // The box follows the query on screen, unless somebody is typing into it.
    const std::string shown = now.trace ? now.trace->id : std::string();
    if (shown != m_shown_trace) {
        m_shown_trace = shown;
        if (now.trace && !m_suggestions_open) m_text = now.trace->query;
    }
    const auto collection = std::find_if(bench.collections.begin(), bench.collections.end(),
                                         [&](const auto& each) { return each.name == bench.collection; });
    const FusionSpec fusion = shown_fusion(now);
    Pill model{"Model", icon::kModel, bench.model.empty() ? "No model" : bench.model, {}, "The model: which experts answer."};
    Pill where{"Collection", icon::kCollection, bench.collection.empty() ? "No collection" : bench.collection,
               collection == bench.collections.end() ? "" : format_count(collection->documents),
               "The collection: which documents are searched."};
    Pill how{"Fusion", icon::kFusion, std::string(fusion_words(fusion.method).title), {},
             "The fusion: how the experts' scores become one. " + std::string(fusion_words(fusion.method).plain) + "."};
    const bool pinned = now.pin && now.pin->kind != Pin::Kind::Original;
    Pill pin{"Pin", icon::kPin, pinned ? now.pin->brief : std::string(), {},
             pinned ? "Everything is compared with " + now.pin->label + "." : "Pin something to compare with."};
    pin.compact = !pinned;
    const std::string_view palette_hint = "Ctrl+P";
    const float hint_width = text_width(TextStyle::Small, palette_hint) + dp(20);
    const float gap = dp(8), room = ImGui::GetContentRegionAvail().x;
    const auto choosers_width = [&] { return model.width() + where.width() + how.width() + pin.width() + gap * 4; };
    bool hint = true;
    // Give way in the order of what is missed least: the hint, then the names.
    if (room - choosers_width() - hint_width - gap < dp(kBoxMin + 80)) hint = false;
    for (Pill* pill : {&pin, &how, &model, &where})
        if (room - choosers_width() < dp(kBoxMin)) pill->compact = true;
    const float rest = choosers_width() + (hint ? hint_width + gap : 0);

    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {gap, 0});
    draw_box(now, out, std::clamp(room - rest, dp(80), dp(kBoxMax)));
    ImGui::SameLine();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(8), dp(8)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(2)});
    if (model.draw()) {
        for (const auto& each : bench.models)
            if (choice(each.name, each.kind, each.name == bench.model)) out.emplace_back(OpenModel{each.name});
        if (bench.models.empty() && nothing_to_choose("model")) out.emplace_back(ShowView{"Welcome"});
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, gap);
    if (where.draw()) {
        for (const auto& each : bench.collections) {
            const std::string detail = format_count(each.documents) + (each.queries > 0 ? " · " + format_amount(each.queries, Unit::Queries) : "");
            if (choice(each.name, detail, each.name == bench.collection)) out.emplace_back(OpenCollection{each.name});
        }
        if (bench.collections.empty() && nothing_to_choose("collection")) out.emplace_back(ShowView{"Welcome"});
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, gap);
    if (how.draw()) {
        fusion_menu(fusion, shown_experts(now), offers_adaptive(now), out);
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, gap);
    if (pin.draw()) {
        pin_menu(now, out);
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar(2);
    if (hint) {
        ImGui::SameLine(0, gap);
        if (ImGui::InvisibleButton("Command palette", {hint_width, dp(kHeight)}, ImGuiButtonFlags_EnableNav))
            out.emplace_back(OpenPalette{});
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        const bool hovered = ImGui::IsItemHovered();
        if (hovered) ImGui::GetWindowDrawList()->AddRectFilled(min, max, ink(colors().text, 0.08f), dp(8));
        const float baseline = std::round((min.y + max.y - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small));
        draw_text(*ImGui::GetWindowDrawList(), {(min.x + max.x) / 2, baseline}, TextStyle::Small,
                  ink(hovered ? colors().text : colors().dim), palette_hint, hint_width, Align::Center);
        hover_text("Everything that can be done, by name.");
    }
    ImGui::PopStyleVar();
}

void SearchBar::leave_with(std::string text, Command command, Commands& out) {
    m_text = std::move(text);
    m_suggestions_open = false;
    m_highlighted = -1;
    out.push_back(std::move(command));
}

void SearchBar::run(std::string text, Commands& out) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return;
    text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
    leave_with(text, RunQuery{text}, out);
}

void SearchBar::draw_box(const Snapshot& now, Commands& out, float width) {
    const float height = dp(kHeight);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().raised), dp(8));

    const FontScope body(TextStyle::Body);
    const float line = ImGui::GetTextLineHeight();
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, std::floor((height - line) / 2)});
    for (const ImGuiCol slot : {ImGuiCol_FrameBg, ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive, ImGuiCol_NavCursor})
        ImGui::PushStyleColor(slot, ink(colors().raised, 0));
    ImGui::SetCursorScreenPos({at.x + dp(38), at.y});
    ImGui::SetNextItemWidth(width - dp(38 + 32));
    if (std::exchange(m_focus_next, false)) ImGui::SetKeyboardFocusHere();
    InputState state{.text = &m_text};
    const bool entered = ImGui::InputTextWithHint(
        "##query", "Search with every expert", m_text.data(), m_text.capacity() + 1, // a string's own zero counts
        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackResize | ImGuiInputTextFlags_CallbackHistory |
            ImGuiInputTextFlags_AutoSelectAll,
        on_input, &state);
    const bool active = ImGui::IsItemActive(), edited = ImGui::IsItemEdited();
    ImGui::PopStyleColor(4);
    ImGui::PopStyleVar();

    draw_icon(list, {at.x + dp(20), at.y + height / 2}, icon::kSearch, ink(active ? colors().text : colors().dim), 17);
    const ImVec2 end{at.x + width - dp(18), at.y + height / 2};
    if (now.query_phase == Phase::Loading) {
        draw_spinner(list, end, 7, ink(colors().accent));
        out.emplace_back(KeepDrawing{});
    } else if (!active) {
        const float baseline = at.y + std::round((height - line_height(TextStyle::Mono)) / 2 + ascent(TextStyle::Mono));
        draw_text(list, {end.x, baseline}, TextStyle::Mono, ink(colors().dim), "/", dp(20), Align::Center);
    }
    if (active)
        list.AddRect(at, {at.x + width, at.y + height}, ink(colors().accent), dp(8), dp(1.5f));

    if (active && (ImGui::IsItemActivated() || edited)) m_suggestions_open = true;
    if (edited) m_highlighted = -1;
    const auto found = suggestions_for(now, m_text);
    if (state.step != 0 && !found.empty()) {
        m_suggestions_open = true;
        const int count = static_cast<int>(found.size());
        m_highlighted = std::clamp(m_highlighted + state.step, -1, count - 1);
        m_scroll_to_highlighted = true;
    }
    if (entered) {
        const bool picked = m_suggestions_open && m_highlighted >= 0 && m_highlighted < static_cast<int>(found.size());
        const Suggestion* chosen = picked ? &found[static_cast<std::size_t>(m_highlighted)] : nullptr;
        if (chosen && chosen->past) leave_with(chosen->past->text, again(now, *chosen->past), out);
        else run(chosen ? std::string(chosen->text) : m_text, out);
    } else if (m_suggestions_open && !found.empty()) {
        ImGui::SetNextWindowPos({at.x, at.y + height + dp(4)});
        // As many rows as there are, but no lower than the window: the rest is scrolled to.
        const auto rows = static_cast<float>(found.size());
        const float wanted = rows * dp(kSuggestionHeight) + (rows - 1) * dp(2) + 2 * dp(8);
        const ImGuiViewport& viewport = *ImGui::GetMainViewport();
        const float room = viewport.Pos.y + viewport.Size.y - (at.y + height + dp(4)) - dp(8);
        ImGui::SetNextWindowSize({std::max(width, dp(320)), std::min(wanted, std::max(room, dp(kSuggestionHeight + 16)))});
        draw_suggestions(now, out);
        if (!active && !m_list_hovered) m_suggestions_open = false;
    } else if (!active) {
        m_suggestions_open = false;
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width, height});
    tour_anchor(anchor::kSearch);
}

void SearchBar::draw_suggestions(const Snapshot& now, Commands& out) {
    const auto found = suggestions_for(now, m_text);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(8), dp(8)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(2)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, dp(1));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink(colors().raised));
    ImGui::Begin("##suggestions", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoNav);
    ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
    m_list_hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    for (std::size_t row = 0; row < found.size(); ++row) {
        const Suggestion& each = found[row];
        const float width = ImGui::GetContentRegionAvail().x;
        const std::string id = std::string(each.past ? "recent:" : "sample:").append(each.text);
        constexpr auto kHover = ImGuiHoveredFlags_AllowWhenBlockedByActiveItem | ImGuiHoveredFlags_AllowWhenOverlappedByItem;
        // Pressed down is enough: letting go would come after the box has lost the caret and closed the list.
        const auto taken = [](bool button) { return button || (ImGui::IsItemHovered(kHover) && ImGui::IsMouseClicked(0)); };
        ImGui::SetNextItemAllowOverlap();
        const bool pressed = taken(ImGui::InvisibleButton(id.c_str(), {width, dp(kSuggestionHeight)}));
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        const bool marked = static_cast<int>(row) == m_highlighted, lit = marked || ImGui::IsItemHovered(kHover);
        if (marked && std::exchange(m_scroll_to_highlighted, false)) ImGui::SetScrollHereY();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        if (lit) list.AddRectFilled(min, max, ink(colors().text, 0.08f), dp(6));
        const float middle = (min.y + max.y) / 2;
        draw_icon(list, {min.x + dp(16), middle}, each.past ? icon::kHistory : icon::kIdea, ink(colors().dim), 16);
        const float baseline = std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body));
        float right = dp(24) + draw_text(list, {max.x - dp(10), baseline}, TextStyle::Small, ink(colors().dim), each.category,
                                         width * 0.3f, Align::Right);
        if (each.past && !each.past->trace_id.empty()) {
            const float edge = max.y - min.y;
            right = edge;
            ImGui::SetCursorScreenPos({max.x - edge, min.y});
            const bool wants_record = taken(ImGui::InvisibleButton(("record:" + each.past->text).c_str(), {edge, edge}));
            const bool over = ImGui::IsItemHovered(kHover);
            if (lit || over) draw_icon(list, {max.x - edge / 2, middle}, icon::kEye, ink(over ? colors().text : colors().dim), 16);
            if (over && ImGui::BeginTooltip()) {
                paragraph("Shows the recorded result, without running the query again.", TextStyle::Small, colors().text, dp(320));
                ImGui::EndTooltip();
            }
            if (wants_record) {
                ImGui::ClearActiveID();
                leave_with(each.past->text, OpenTrace{each.past->trace_id}, out);
                break;
            }
        }
        draw_their_text(list, {min.x + dp(34), baseline}, TextStyle::Body, ink(colors().text), each.text, width - dp(34) - right);
        if (pressed) {
            ImGui::ClearActiveID();
            if (each.past) leave_with(each.past->text, again(now, *each.past), out);
            else run(std::string(each.text), out);
            break;
        }
    }
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(3);
}

} // namespace cameo
