#include "app/tour/tour.hpp"

#include "app/tour/placement.hpp"
#include "app/tour/wording.hpp"
#include "views/theme.hpp"

#include <imgui_internal.h>

namespace cameo {

namespace {

constexpr int kSettleFrames = 12; ///< a view that comes to the front is drawn a few frames later, a tab after that
constexpr int kSightFrames = 4;   ///< what scrolls has come to rest
constexpr float kGap = 12;

} // namespace

void Tour::start() {
    Tour anew;
    anew.m_asked = std::move(m_asked); // taken again in its midst, its query still is its own
    *this = std::move(anew);
    m_running = true;
    go_to(0);
}

void Tour::go_to(std::size_t step) {
    m_step = step;
    m_entering = m_may_ask = true;
    m_prepared = m_asks_anew = false;
    m_missed = m_found = 0;
}

void Tour::next() {
    if (!m_running) return;
    if (m_step + 1 == tour_steps().size()) {
        m_wish = Wish::End;
        return;
    }
    const bool asks = m_step == 0; // it said so
    go_to(m_step + 1);
    m_asks_anew = asks;
}

void Tour::back() {
    if (m_running && m_step > 0) go_to(m_step - 1);
}

void Tour::begin_frame(bool stands_back) {
    m_stands_back = stands_back;
    const bool listens = m_running && !stands_back;
    if (listens && ImGui::GetIO().KeyMods == 0 && !ImGui::GetIO().WantTextInput && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) {
        // Lists, plots and Dear ImGui's own navigation would take the step as well.
        const ImGuiID owner = ImHashStr("tour");
        for (const ImGuiKey key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow}) ImGui::SetKeyOwner(key, owner, ImGuiInputFlags_LockThisFrame);
        if (ImGui::IsKeyPressed(ImGuiKey_RightArrow, ImGuiInputFlags_None, owner)) next();
        else if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow, ImGuiInputFlags_None, owner)) back();
    }
    tour_anchors().begin_frame(listens ? tour_steps()[m_step].anchor : std::string_view(), m_found < kSightFrames);
}

void Tour::prepare(const Snapshot& now, Commands& out) {
    const TourStep& step = tour_steps()[m_step];
    const bool searchable = !tour_hindrance(TourNeed::Search, now, m_query);
    const auto show = [&] {
        if (!step.view.empty()) out.emplace_back(ShowView{std::string(step.view)});
    };
    if (std::exchange(m_entering, false) && searchable) show();
    if (m_prepared || step.need < TourNeed::Result || now.query_phase == Phase::Loading) return;
    const bool wrong = !now.trace || (m_asks_anew && now.trace->query != m_query);
    if (wrong && m_may_ask && searchable && !m_query.empty() && now.workbench.phase == Phase::Ready) {
        m_may_ask = false;
        m_asked = m_query;
        out.emplace_back(RunQuery{m_query});
        return;
    }
    const std::string first = first_document(now);
    if (first.empty()) return;
    m_prepared = true;
    m_missed = m_found = 0;
    // The list with all experts, and the document that is spoken of.
    if (now.selection.document != first || now.selection.expert >= 0 || !now.selection.reference.empty()) out.emplace_back(Select{{.document = first}});
    show();
}

void Tour::place(const std::optional<TourAnchors::Place>& widget, bool settling, ImVec2 size) {
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    const TourAnchors::Place room{viewport.Pos, {viewport.Pos.x + viewport.Size.x, viewport.Pos.y + viewport.Size.y}};
    // While things fall into place the callout stays where it was: two jumps would be one too many.
    if (settling && !m_shown.callout) return;
    const ImVec2 at = settling ? within(m_shown.callout->min, size, room, dp(kGap)) : place_callout(widget, tour_anchors().panel(), size, room, dp(kGap));
    m_shown.callout = {at, {at.x + size.x, at.y + size.y}};
}

void Tour::draw(const Snapshot& now, Commands& out) {
    if (!m_running || m_stands_back) return;
    m_query = tour_query(now);
    prepare(now, out);
    const TourStep& step = tour_steps()[m_step];
    const auto hindrance = tour_hindrance(step.need, now, m_query);
    const auto widget = hindrance ? std::nullopt : tour_anchors().found();
    (widget ? m_found : m_missed) += 1;
    const bool waits = hindrance && hindrance->passes;
    const bool settling = !widget && (m_missed < kSettleFrames || waits);
    if (settling || (widget && m_found <= kSightFrames)) out.emplace_back(KeepDrawing{});

    const Callout callout{.title = tour_words(step.title, now, m_query), .words = tour_words(step.words, now, m_query),
                          .hindrance = hindrance ? &*hindrance : nullptr, .number = m_step + 1, .of = tour_steps().size()};
    // A menu or a list that somebody has opened stays on top.
    const bool above = !ImGui::GetIO().WantTextInput && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup);
    draw_veil(widget, above);
    const ImVec2 size = callout_size(callout);
    place(widget, settling && !(waits && !m_shown.callout), size);
    m_shown.widget = widget;
    m_shown.words = hindrance ? hindrance->sentence : callout.words;
    m_shown.hindered = hindrance.has_value();
    if (!m_shown.callout) return;
    switch (draw_callout(callout, m_shown.callout->min, size, above)) {
    case CalloutPress::None: break;
    case CalloutPress::Back: back(); break;
    case CalloutPress::Next: next(); break;
    case CalloutPress::End: m_wish = Wish::End; break;
    case CalloutPress::Help:
        out.push_back(*hindrance->command);
        if (hindrance->leaves) m_wish = Wish::Leave;
        break;
    }
}

} // namespace cameo
