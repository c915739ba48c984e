#include "app/presentation/stage.hpp"

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <imgui_internal.h>

namespace cameo {

namespace {

constexpr float kWidth = 1000, kHeight = 560; ///< design pixels that a full screen has: two views find room beside each other
constexpr float kBand = 102, kEdge = 24;
constexpr float kLight = 130;                 ///< radius of the spotlight
constexpr float kDark = 0.55f;
constexpr std::chrono::milliseconds kStays{2500}, kFades{400};
constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                        ImGuiWindowFlags_NoNav;

/// From one colour inside to another outside.
void draw_ring(ImDrawList& list, ImVec2 center, float inner, float outer, ImU32 inside, ImU32 outside) {
    constexpr int kSegments = 96;
    list.PrimReserve(6 * kSegments, 2 * (kSegments + 1));
    const auto first = static_cast<ImDrawIdx>(list._VtxCurrentIdx);
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (int segment = 0; segment <= kSegments; ++segment) {
        const float angle = 2 * IM_PI * static_cast<float>(segment) / kSegments, x = std::cos(angle), y = std::sin(angle);
        list.PrimWriteVtx({center.x + x * inner, center.y + y * inner}, white, inside);
        list.PrimWriteVtx({center.x + x * outer, center.y + y * outer}, white, outside);
    }
    for (int segment = 0; segment < kSegments; ++segment) {
        const auto at = static_cast<ImDrawIdx>(first + 2 * segment);
        for (const int corner : {0, 1, 2, 2, 1, 3}) list.PrimWriteIdx(static_cast<ImDrawIdx>(at + corner));
    }
}

struct Key {
    ImGuiKey key;
    Stage::Wish wish;
};
// Clickers send Page Up and Page Down.
constexpr std::array kKeys{Key{ImGuiKey_RightArrow, Stage::Wish::Next}, Key{ImGuiKey_PageDown, Stage::Wish::Next}, Key{ImGuiKey_Space, Stage::Wish::Next},
                           Key{ImGuiKey_LeftArrow, Stage::Wish::Back},  Key{ImGuiKey_PageUp, Stage::Wish::Back},   Key{ImGuiKey_Backspace, Stage::Wish::Back},
                           Key{ImGuiKey_Home, Stage::Wish::First},      Key{ImGuiKey_End, Stage::Wish::Last},      Key{ImGuiKey_Slash, Stage::Wish::Ask}};

} // namespace

float Stage::scale(ImVec2 window) { return std::max(0.5f, std::min(window.x / kWidth, window.y / kHeight)); }
float Stage::band_height() { return dp(kBand); }

void Stage::start() {
    m_running = true;
    m_blank = false;
    m_moved_at = {};
    m_started_at = Clock::now();
    m_wish = Wish::None;
}

void Stage::begin_frame(bool stands_back) {
    m_stands_back = stands_back;
    if (!m_running) return;
    const ImGuiIO& io = ImGui::GetIO();
    if (io.MouseDelta.x != 0 || io.MouseDelta.y != 0) m_moved_at = Clock::now();
    if (!stands_back && !io.WantTextInput && io.KeyMods == 0 && !ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) hear_keys();
}

void Stage::hear_keys() {
    // Lists, plots and Dear ImGui's own navigation would take the step as well.
    const ImGuiID owner = ImHashStr("stage");
    const auto pressed = [&](ImGuiKey key) {
        ImGui::SetKeyOwner(key, owner, ImGuiInputFlags_LockThisFrame);
        return ImGui::IsKeyPressed(key, ImGuiInputFlags_None, owner);
    };
    for (const Key& key : kKeys)
        if (pressed(key.key)) {
            m_wish = key.wish;
            m_blank = false;
            if (key.wish != Wish::Ask) ImGui::SetNavCursorVisible(false); // a ring around something nobody has chosen
        }
    if (pressed(ImGuiKey_B) || pressed(ImGuiKey_Period)) m_blank = !m_blank;
    if (pressed(ImGuiKey_S)) m_spotlight = !m_spotlight;
}

void Stage::hear_keys_there() {
    if (!m_running) return;
    hear_keys();
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, ImGuiInputFlags_None)) m_wish = Wish::End;
}

void Stage::draw(const Words& words, Commands& out) {
    if (!m_running) return;
    draw_band(words);
    if (m_blank) {
        const ImGuiViewport& viewport = *ImGui::GetMainViewport();
        ImGui::GetForegroundDrawList()->AddRectFilled(viewport.Pos, {viewport.Pos.x + viewport.Size.x, viewport.Pos.y + viewport.Size.y}, IM_COL32_BLACK);
        return;
    }
    if (m_spotlight && !m_stands_back) draw_spotlight(out);
}

void Stage::draw_band(const Words& words) {
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    const float height = band_height(), edge = dp(kEdge);
    ImGui::SetNextWindowPos({viewport.Pos.x, viewport.Pos.y + viewport.Size.y - height});
    ImGui::SetNextWindowSize({viewport.Size.x, height});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().background));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {edge, dp(12)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(4)});
    ImGui::Begin("##stage", nullptr, kFlags);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string step = words.of > 0 ? (words.number > 0 ? std::to_string(words.number) : std::string("\u2013")) + " / " + std::to_string(words.of) : std::string();
    const float right = at.x + viewport.Size.x - 2 * edge, step_width = step.empty() ? 0 : text_width(TextStyle::Title, step) + dp(24);
    if (!step.empty()) draw_text(list, {right, at.y + ascent(TextStyle::Title)}, TextStyle::Title, ink(colors().dim), step, dp(200), Align::Right);
    const float width = viewport.Size.x - 2 * edge - step_width;
    draw_text(list, {at.x, at.y + ascent(TextStyle::Title)}, TextStyle::Title, ink(colors().text), words.title, width);
    ImGui::Dummy({width, line_height(TextStyle::Title)});
    paragraph(words.caption, TextStyle::Body, colors().text, std::min(width, dp(820)));
    ImGui::End();
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor();
}

/// All but a circle around the mouse grows dark while it moves and shortly after.
void Stage::draw_spotlight(Commands& out) {
    if (m_moved_at == Clock::time_point{} || !ImGui::IsMousePosValid()) return;
    const auto since = Clock::now() - m_moved_at;
    if (since > kStays + kFades) return;
    out.emplace_back(KeepDrawing{});
    const float left = since <= kStays ? 1.0f : theme().reduce_motion ? 0.0f : 1 - std::chrono::duration<float>(since - kStays) / kFades;
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const ImVec2 mouse = ImGui::GetMousePos();
    const float reach = viewport.Size.x + viewport.Size.y; // from anywhere to any corner
    const ImU32 dark = ink({0x000000}, kDark * left), none = ink({0x000000}, 0);
    draw_ring(list, mouse, dp(kLight), dp(kLight) * 1.25f, none, dark); // its edge is soft
    draw_ring(list, mouse, dp(kLight) * 1.25f, reach, dark, dark);
}

} // namespace cameo
