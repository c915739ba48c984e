#include "app/shell/shell.hpp"

#include "app/shell/frame.hpp"
#include "app/shell/layouts.hpp"
#include "app/shell/lent_centre.hpp"
#include "app/shell/notices.hpp"
#include "views/alignment_view.hpp"
#include "views/competition_view.hpp"
#include "views/document_view.hpp"
#include "views/evaluation_view.hpp"
#include "views/findings_view.hpp"
#include "views/fusion_view.hpp"
#include "views/gate_view.hpp"
#include "views/index_view.hpp"
#include "views/jobs_view.hpp"
#include "views/ledger_view.hpp"
#include "views/map_view.hpp"
#include "views/missing_view.hpp"
#include "views/new_training_view.hpp"
#include "views/query_bench_view.hpp"
#include "views/session_view.hpp"
#include "views/specialisation_view.hpp"
#include "views/term_pointer.hpp"
#include "views/terms_view.hpp"
#include "views/time_machine_view.hpp"
#include "views/tour_anchor.hpp"
#include "views/training_view.hpp"
#include "views/trainings_view.hpp"
#include "views/welcome_view.hpp"
#include "views/words_view.hpp"

#include <algorithm>
#include <imgui_internal.h>
#include <utility>

namespace cameo {

namespace {

constexpr auto kBarFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove |
                           ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                           ImGuiWindowFlags_NoScrollWithMouse;
constexpr const char* kDockSpace = "views", *kDockHost = "##dock";
constexpr const char* kMenuIcon = "\uF35C"; // Material Design Icons: menu

/// A bar over the whole width of the window.
void begin_bar(const char* name, float top, float height, ImVec2 padding) {
    const auto* viewport = ImGui::GetMainViewport();
    ImGui::SetNextWindowPos({viewport->Pos.x, viewport->Pos.y + top});
    ImGui::SetNextWindowSize({viewport->Size.x, height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().background));
    ImGui::Begin(name, nullptr, kBarFlags);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(4);
}

} // namespace

Shell::Shell() {
    // In menu order.
    m_views.push_back(std::make_unique<WelcomeView>());
    m_views.push_back(std::make_unique<QueryBenchView>());
    m_views.push_back(std::make_unique<DocumentView>());
    m_views.push_back(std::make_unique<LedgerView>());
    m_views.push_back(std::make_unique<TermsView>());
    m_views.push_back(std::make_unique<AlignmentView>());
    m_views.push_back(std::make_unique<WordsView>());
    m_views.push_back(std::make_unique<MissingView>());
    m_views.push_back(std::make_unique<FusionView>());
    m_views.push_back(std::make_unique<GateView>());
    m_views.push_back(std::make_unique<CompetitionView>());
    m_views.push_back(std::make_unique<MapView>());
    m_views.push_back(std::make_unique<SpecialisationView>());
    m_views.push_back(std::make_unique<EvaluationView>());
    m_views.push_back(std::make_unique<TrainingsView>());
    m_views.push_back(std::make_unique<TrainingView>());
    m_views.push_back(std::make_unique<NewTrainingView>());
    m_views.push_back(std::make_unique<TimeMachineView>());
    m_views.push_back(std::make_unique<FindingsView>());
    m_views.push_back(std::make_unique<SessionView>());
    m_views.push_back(std::make_unique<IndexView>());
    m_views.push_back(std::make_unique<JobsView>());
}

Shell::~Shell() = default;

float Shell::free_bottom() { return ImGui::GetMainViewport()->Pos.y + ImGui::GetMainViewport()->Size.y - StatusBar::height(); }

View* Shell::view(std::string_view title) {
    const auto found = std::ranges::find(m_views, title, [](const auto& view) -> std::string_view { return view->title(); });
    return found == m_views.end() ? nullptr : found->get();
}

void Shell::show_view(std::string_view title) {
    View* const shown = view(title);
    if (!shown) return;
    const bool restores = !m_maximised.empty() && m_maximised != title;
    shown->set_open(true);
    shown->focus();
    m_bring_frames = 0;
    if (!restores) return;
    maximise({});
    m_brought_back.emplace_back(title);
}

void Shell::maximise(std::string title) {
    if (m_maximised.empty() && !title.empty()) m_in_front_before = in_front();
    if (!m_maximised.empty() && title.empty()) {
        bring_back(std::exchange(m_in_front_before, {}));
        m_brought_back.push_back(m_maximised); // the last one keeps the focus
    }
    m_maximised = std::move(title);
}

void Shell::bring_back(std::vector<std::string> titles) {
    m_brought_back = std::move(titles);
    m_bring_frames = 3;
}

bool Shell::is_drawn(std::string_view title) const {
    const ImGuiWindow* window = ImGui::FindWindowByName(std::string(title).c_str());
    // Before this frame's views are drawn, shortcuts ask about the last one's.
    const ImGuiWindow* host = ImGui::FindWindowByName(kDockHost);
    const bool is_active = window && (host && host->Active ? window->Active : window->WasActive);
    return is_active && !window->Hidden && (!window->DockIsActive || window->DockTabIsVisible);
}

std::vector<std::string> Shell::in_front() const {
    std::vector<std::string> titles;
    for (const auto& each : m_views)
        if (each->is_open() && is_drawn(each->title())) titles.push_back(each->title());
    std::ranges::stable_partition(titles, [in_use = view_in_use()](const std::string& title) { return title != in_use; });
    return titles;
}

std::string Shell::focused_view() const {
    const ImGuiWindow* focused = ImGui::GetCurrentContext()->NavWindow;
    const std::string_view name = focused ? std::string_view(focused->RootWindow->Name) : std::string_view();
    const auto found = std::ranges::find(m_views, name, [](const auto& each) -> std::string_view { return each->title(); });
    return found == m_views.end() ? std::string() : (*found)->title();
}

std::vector<Shell::ViewPlace> Shell::places() const {
    std::vector<ViewPlace> places;
    for (const auto& each : m_views) {
        const ImGuiWindow* window = ImGui::FindWindowByName(each->title().c_str());
        if (!window || !is_drawn(each->title())) places.emplace_back();
        else
            places.push_back({window->DockId, window->DockOrder, window->Pos.x, window->Pos.y, window->Size.x, window->Size.y});
    }
    return places;
}

void Shell::draw_views(const Snapshot& now, Commands& out) {
    // One that no arrangement has seen yet opens beside the document.
    const ImGuiWindow* document = ImGui::FindWindowByName(view_title::kDocument);
    for (auto& shown : m_views)
        shown->set_first_dock(document ? document->DockId : 0);
    // The dock space gives the room of what is not drawn to its neighbours, and back.
    for (auto& shown : m_views)
        if (is_shown(*shown)) shown->draw(now, out);
        else shown->keep_words(out);
    if (m_bring_frames > 0) {
        --m_bring_frames;
        out.emplace_back(KeepDrawing{});
        // The focus brings only one tab to the front a frame.
        for (const auto& title : m_brought_back)
            if (const ImGuiWindow* window = ImGui::FindWindowByName(title.c_str()); window && window->Active && window->DockNode && window->DockNode->TabBar) {
                window->DockNode->TabBar->NextSelectedTabId = window->TabId;
                ImGui::SetWindowFocus(title.c_str());
            }
    }
    scroll_to_tabs(out);
    if (View* only = view(m_maximised); only && !only->is_open()) maximise({});
    if (!ImGui::IsMouseDoubleClicked(0)) return;
    for (const auto& shown : m_views) {
        const ImGuiWindow* window = ImGui::FindWindowByName(shown->title().c_str());
        const bool on_tab = window && window->Active && window->DockNode && window->DC.DockTabItemRect.Contains(ImGui::GetMousePos()) &&
                            ImGui::GetCurrentContext()->HoveredWindow == window->DockNode->HostWindow;
        if (on_tab) maximise(m_maximised.empty() ? shown->title() : std::string());
    }
}

/// Dear ImGui scrolls a strip to the tab that is pressed, but not to one that comes to the front by its window.
void Shell::scroll_to_tabs(Commands& out) {
    for (const auto& shown : m_views) {
        const ImGuiWindow* window = ImGui::FindWindowByName(shown->title().c_str());
        if (!window || !window->Active || !window->DockTabIsVisible || !window->DockNode || !window->DockNode->TabBar) continue;
        ImGuiTabBar& strip = *window->DockNode->TabBar;
        const bool came = std::exchange(m_in_front[window->DockId], window->TabId) != window->TabId;
        if (came) strip.NextScrollToTabId = window->TabId;
        if (came || strip.ScrollingAnim != strip.ScrollingTarget) out.emplace_back(KeepDrawing{});
    }
}

void Shell::draw_menu(const CommandTable& table) {
    for (const auto& menu : table.menus()) {
        if (!ImGui::BeginMenu(menu.c_str())) continue;
        for (const auto& action : table.actions()) {
            if (action.menu != menu) continue;
            if (action.separator_before) ImGui::Separator();
            const std::string reason = CommandTable::why_disabled(action);
            const std::string keys = shortcut_text(action);
            const bool checked = action.checked && action.checked();
            if (ImGui::MenuItem(action.title.c_str(), keys.empty() ? nullptr : keys.c_str(), checked, reason.empty()))
                table.run(action.id);
            if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled | ImGuiHoveredFlags_DelayNormal))
                tooltip(action.help, reason);
        }
        ImGui::EndMenu();
    }
}

void Shell::draw_top_bar(const Snapshot& now, const CommandTable& table, Commands& out) {
    const float height = SearchBar::height();
    const float padding = dp(space::kUnit);
    begin_bar("##top", 0, height + 2 * padding, {dp(12), padding});
    if (quiet_button("Menu", kMenuIcon, "Cameo", height)) ImGui::OpenPopup("menu");
    tour_anchor(anchor::kMenu);
    const ImVec2 below{ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + dp(space::kHalf)};
    ImGui::SetNextWindowPos(below);
    if (ImGui::BeginPopup("menu")) {
        draw_menu(table);
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, dp(12));
    m_search.draw(now, out);
    ImGui::End();
}

void Shell::draw_dock_space(float top, float bottom) {
    const auto* viewport = ImGui::GetMainViewport();
    const float gap = dp(space::kUnit);
    const ImVec2 size{viewport->Size.x - 2 * gap, std::max(1.0f, bottom - top)};
    begin_bar(kDockHost, top, size.y, {gap, 0});
    const ImGuiID dockspace = ImGui::GetID(kDockSpace);
    const bool narrow = is_narrow(size.x / theme().scale);
    // An arrangement that nobody has touched follows the width: it folds and unfolds.
    // (But not to the stage, which it leaves as it was.)
    if (!is_on_stage()) {
        if (m_build_layout.empty() && !m_built_layout.empty() && narrow != m_narrow) m_build_layout = m_built_layout;
        m_narrow = narrow;
    }
    if (!m_build_layout.empty()) {
        cameo::build_layout(m_build_layout, dockspace, size, narrow);
        m_built_layout = std::exchange(m_build_layout, {});
        if (View* bench = view(view_title::kQueryBench); narrow && bench) bench->focus();
    }
    // Panels are told apart by their ground: the gap between two of them is a line only while it is dragged.
    // (Dear ImGui draws it in the colour of borders.)
    ImGui::PushStyleColor(ImGuiCol_Border, ink4(colors().background));
    auto flags = static_cast<ImGuiDockNodeFlags>(ImGuiDockNodeFlags_NoWindowMenuButton) | ImGuiDockNodeFlags_NoCloseButton;
    if (is_on_stage()) flags |= static_cast<ImGuiDockNodeFlags>(ImGuiDockNodeFlags_NoTabBar) | ImGuiDockNodeFlags_NoResize;
    {
        const LentCentre centre(dockspace, m_maximised);
        ImGui::DockSpace(dockspace, size, flags);
    }
    ImGui::PopStyleColor();
    ImGui::End();
}

bool Shell::is_shown(const View& view) const {
    if (is_on_stage() && std::ranges::find(m_on_stage, view.title()) == m_on_stage.end()) return false;
    return m_maximised.empty() || m_maximised == view.title();
}

void Shell::draw_stage(const Snapshot& now, const CommandTable& table, Commands& out) {
    const float gap = dp(space::kUnit);
    draw_dock_space(gap, ImGui::GetMainViewport()->Size.y - m_stage_below);
    for (auto& shown : m_views) shown->set_for_picture(true);
    draw_views(now, out);
    for (auto& shown : m_views) shown->set_for_picture(false);
    m_palette.draw(table);
    m_shortcuts.draw(table);
    m_about.draw(out);
    m_glossary.draw();
    m_dropped.draw();
    m_prompt.draw();
    term_pointer().draw();
}

void Shell::draw(const Snapshot& now, const CommandTable& table, std::string_view layout, Commands& out) {
    if (is_on_stage()) return draw_stage(now, table, out);
    const float top = SearchBar::height() + 2 * dp(space::kUnit);
    const float height = ImGui::GetMainViewport()->Size.y;
    const float bottom = height - StatusBar::height();
    draw_top_bar(now, table, out);
    draw_dock_space(top, bottom - m_below);
    draw_views(now, out);
    if (auto focused = focused_view(); !focused.empty()) m_in_use = std::move(focused);
    begin_bar("##status", bottom, StatusBar::height(), {dp(20), 0});
    m_status.draw(now, layout, out);
    ImGui::End();
    draw_notices(now, m_offers, ImGui::GetMainViewport()->Pos.y + bottom - m_below, out);
    m_palette.draw(table);
    m_shortcuts.draw(table);
    m_about.draw(out);
    m_glossary.draw();
    m_dropped.draw();
    m_prompt.draw();
    term_pointer().draw();
}

} // namespace cameo
