#include "app/picture/picture_frame.hpp"

#include "views/draw.hpp"

#include <cfloat>
#include <cmath>
#include <imgui_internal.h>
#include <utility>

namespace cameo {

namespace {

std::unique_ptr<ImDrawList> blank_list(const Rectangle& picture) {
    auto list = std::make_unique<ImDrawList>(ImGui::GetDrawListSharedData());
    list->_ResetForNewFrame();
    list->_SetPixelDensity(kPictureDensity);
    list->PushTexture(ImGui::GetIO().Fonts->TexRef);
    list->PushClipRect(picture.min, picture.max);
    return list;
}

void collect(const ImGuiWindow& window, std::vector<const ImDrawList*>& lists) {
    if (!window.Active || window.Hidden) return;
    lists.push_back(window.DrawList);
    for (const ImGuiWindow* child : window.DC.ChildWindows) collect(*child, lists);
}

} // namespace

void style_for_picture(bool vectors) {
    ImGuiStyle& style = ImGui::GetStyle();
    style.AntiAliasedFill = style.AntiAliasedLines = !vectors;
    style.CircleTessellationMaxError = style.CurveTessellationMaxError = 0.05f;
    for (const ImGuiCol bar : {ImGuiCol_ScrollbarBg, ImGuiCol_ScrollbarGrab, ImGuiCol_ScrollbarGrabHovered, ImGuiCol_ScrollbarGrabActive})
        style.Colors[bar].w = 0; // the theme colours them again
}

void style_for_screen() {
    const ImGuiStyle usual;
    ImGuiStyle& style = ImGui::GetStyle();
    style.AntiAliasedFill = usual.AntiAliasedFill;
    style.AntiAliasedLines = usual.AntiAliasedLines;
    style.CircleTessellationMaxError = usual.CircleTessellationMaxError;
    style.CurveTessellationMaxError = usual.CurveTessellationMaxError;
}

PictureFrame::PictureFrame() : m_mouse(std::exchange(ImGui::GetIO().MousePos, ImVec2{-FLT_MAX, -FLT_MAX})) {
    ImGuiContext& context = *ImGui::GetCurrentContext();
    context.HoveredWindow = context.HoveredWindowUnderMovingWindow = nullptr;
    context.IO.NavVisible = false; // the ring around what the keyboard is on
    ImGui::GetMainViewport()->FramebufferScale = {kPictureDensity, kPictureDensity};
    ImGui::SetPixelDensity(kPictureDensity);
}

PictureFrame::~PictureFrame() { ImGui::GetIO().MousePos = m_mouse; }

FramedView::FramedView(const std::string& window, const std::string& caption) : m_window(window) {
    const ImGuiWindow& framed = *ImGui::FindWindowByName(window.c_str());
    const float edge = dp(space::kPanel), gap = dp(space::kUnit);
    const ImVec2 min{framed.Pos.x, framed.Pos.y + framed.TitleBarHeight};
    const float right = framed.Pos.x + framed.Size.x, bottom = framed.Pos.y + framed.Size.y;
    const FontScope small(TextStyle::Small);
    const float width = std::max(1.0f, right - min.x - 2 * edge);
    const float height = ImGui::CalcTextSize(caption.c_str(), nullptr, false, width).y;
    m_picture = {{std::floor(min.x), std::floor(min.y)}, {std::ceil(right), std::ceil(bottom + 2 * gap + height)}};
    m_ground = blank_list(m_picture);
    m_ground->AddRectFilled(m_picture.min, m_picture.max, ink(colors().panel));
    m_caption = blank_list(m_picture);
    m_caption->AddRectFilled({m_picture.min.x, bottom}, m_picture.max, ink(colors().panel)); // a child may reach below the window
    m_caption->AddRectFilled({m_picture.min.x + edge, bottom}, {m_picture.max.x - edge, bottom + dp(1)}, ink(colors().line));
    m_caption->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {m_picture.min.x + edge, bottom + gap}, ink(colors().dim), caption.c_str(),
                       nullptr, width);
    for (ImDrawList* list : {m_ground.get(), m_caption.get()}) list->_PopUnusedDrawCmd();
}

std::vector<const ImDrawList*> FramedView::lists() const {
    std::vector<const ImDrawList*> lists{m_ground.get()};
    collect(*ImGui::FindWindowByName(m_window.c_str()), lists);
    lists.push_back(m_caption.get());
    return lists;
}

ImDrawData FramedView::draw_data() const {
    ImDrawData data;
    data.Valid = true;
    data.DisplayPos = m_picture.min;
    data.DisplaySize = {m_picture.max.x - m_picture.min.x, m_picture.max.y - m_picture.min.y};
    data.FramebufferScale = {kPictureDensity, kPictureDensity};
    data.OwnerViewport = ImGui::GetMainViewport();
    data.Textures = &ImGui::GetPlatformIO().Textures;
    for (const ImDrawList* list : lists()) data.AddDrawList(const_cast<ImDrawList*>(list)); // it is only read
    return data;
}

} // namespace cameo
