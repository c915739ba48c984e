#include "views/theme.hpp"

#include <implot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {
namespace {

Theme& current() {
    static Theme instance{.palette = &palette(Appearance::Dark)};
    return instance;
}

void color_imgui(ImGuiStyle& style, const Palette& table) {
    const auto set = [&](ImGuiCol slot, Rgb color, float alpha = 1) { style.Colors[slot] = ink4(color, alpha); };
    const auto mix = [&](double alpha) { return blend(table.raised, table.text, alpha); };
    for (ImVec4& color : style.Colors)
        color = ink4(table.raised);

    set(ImGuiCol_Text, table.text);
    set(ImGuiCol_TextDisabled, table.dim);
    set(ImGuiCol_TextLink, table.accent);
    set(ImGuiCol_TextSelectedBg, table.accent, 0.35f);
    set(ImGuiCol_InputTextCursor, table.accent);
    set(ImGuiCol_WindowBg, table.panel);
    set(ImGuiCol_ChildBg, table.panel, 0);
    set(ImGuiCol_PopupBg, table.raised);
    set(ImGuiCol_Border, table.line);
    set(ImGuiCol_BorderShadow, table.line, 0);
    set(ImGuiCol_FrameBg, table.raised);
    set(ImGuiCol_FrameBgHovered, mix(0.06));
    set(ImGuiCol_FrameBgActive, mix(0.10));
    set(ImGuiCol_TitleBg, table.background);
    set(ImGuiCol_TitleBgActive, table.background);
    set(ImGuiCol_TitleBgCollapsed, table.background);
    set(ImGuiCol_MenuBarBg, table.background);
    set(ImGuiCol_ScrollbarBg, table.panel, 0);
    set(ImGuiCol_ScrollbarGrab, table.dim, 0.30f);
    set(ImGuiCol_ScrollbarGrabHovered, table.dim, 0.55f);
    set(ImGuiCol_ScrollbarGrabActive, table.dim, 0.80f);
    set(ImGuiCol_CheckMark, table.accent);
    set(ImGuiCol_SliderGrab, table.accent);
    set(ImGuiCol_SliderGrabActive, table.accent);
    set(ImGuiCol_Button, table.raised);
    set(ImGuiCol_ButtonHovered, mix(0.08));
    set(ImGuiCol_ButtonActive, mix(0.14));
    set(ImGuiCol_Header, table.accent, 0.20f);
    set(ImGuiCol_HeaderHovered, table.text, 0.08f);
    set(ImGuiCol_HeaderActive, table.text, 0.14f);
    set(ImGuiCol_Separator, table.background); // also the gap between docked panels
    set(ImGuiCol_SeparatorHovered, table.accent, 0.60f);
    set(ImGuiCol_SeparatorActive, table.accent);
    set(ImGuiCol_ResizeGrip, table.line, 0);
    set(ImGuiCol_ResizeGripHovered, table.accent, 0.60f);
    set(ImGuiCol_ResizeGripActive, table.accent);
    set(ImGuiCol_Tab, table.background);
    set(ImGuiCol_TabHovered, table.raised);
    set(ImGuiCol_TabSelected, table.panel);
    set(ImGuiCol_TabSelectedOverline, table.panel, 0);
    set(ImGuiCol_TabDimmed, table.background);
    set(ImGuiCol_TabDimmedSelected, table.panel);
    set(ImGuiCol_TabDimmedSelectedOverline, table.panel, 0);
    set(ImGuiCol_DockingPreview, table.accent, 0.35f);
    set(ImGuiCol_DockingEmptyBg, table.background);
    set(ImGuiCol_PlotLines, table.accent);
    set(ImGuiCol_PlotHistogram, table.accent);
    set(ImGuiCol_TableHeaderBg, table.panel);
    set(ImGuiCol_TableBorderStrong, table.line);
    set(ImGuiCol_TableBorderLight, table.line, 0.6f);
    set(ImGuiCol_TableRowBg, table.panel, 0);
    set(ImGuiCol_TableRowBgAlt, table.text, 0.03f);
    set(ImGuiCol_TreeLines, table.line);
    set(ImGuiCol_DragDropTarget, table.accent);
    set(ImGuiCol_NavCursor, table.accent);
    set(ImGuiCol_NavWindowingHighlight, table.accent);
    set(ImGuiCol_NavWindowingDimBg, table.background, 0.5f);
    set(ImGuiCol_ModalWindowDimBg, Rgb{0x000000}, 0.45f);
}

void size_imgui(ImGuiStyle& style, float scale) {
    const auto px = [&](float design) { return std::round(design * scale); };
    style.WindowPadding = {px(space::kPanel), px(space::kPanel)};
    style.FramePadding = {px(10), px(6)};
    style.ItemSpacing = {px(8), px(8)};
    style.ItemInnerSpacing = {px(8), px(4)};
    style.CellPadding = {px(8), px(4)};
    style.IndentSpacing = px(16);
    style.ScrollbarSize = px(14);
    style.ScrollbarRounding = px(3);
    style.ScrollbarPadding = px(4);
    style.GrabMinSize = px(12);
    style.GrabRounding = px(6);
    style.WindowRounding = px(space::kCorner);
    style.ChildRounding = px(space::kCorner);
    style.PopupRounding = px(space::kCorner);
    style.FrameRounding = px(6);
    style.TabRounding = px(6);
    style.TabBarBorderSize = 0;
    style.TabBarOverlineSize = 0;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.FrameBorderSize = 0;
    style.PopupBorderSize = std::max(1.0f, px(1));
    style.TabBorderSize = 0;
    style.TabMinWidthShrink = px(96); // narrower, names cannot be told apart: then the strip scrolls
    style.TabCloseButtonMinWidthSelected = 0; // on hover: its room belongs to the title
    style.DockingSeparatorSize = px(8);
    style.SeparatorSize = std::max(1.0f, px(1));
    style.WindowMinSize = {px(160), px(96)};
    style.WindowTitleAlign = {0, 0.5f};
    style.WindowMenuButtonPosition = ImGuiDir_None;
    style.DisabledAlpha = 0.5f;
    style.HoverStationaryDelay = 0.08f;
    style.HoverDelayShort = 0.10f;
    style.HoverDelayNormal = 0.30f;
    style.MouseCursorScale = 1;
}

void style_implot(const Palette& table, float scale) {
    if (!ImPlot::GetCurrentContext()) return;
    const auto px = [&](float design) { return std::round(design * scale); };
    ImPlotStyle& style = ImPlot::GetStyle();
    style = ImPlotStyle();
    style.PlotPadding = {px(8), px(8)};
    style.LabelPadding = {px(4), px(4)};
    style.LegendPadding = {px(8), px(8)};
    style.PlotMinSize = {px(120), px(80)};
    style.PlotBorderSize = 0;
    style.MinorAlpha = 0;
    style.MajorTickLen = {0, 0};
    style.MinorTickLen = {0, 0};
    style.Colors[ImPlotCol_FrameBg] = ink4(table.panel, 0);
    style.Colors[ImPlotCol_PlotBg] = ink4(table.panel, 0);
    style.Colors[ImPlotCol_PlotBorder] = ink4(table.line, 0);
    style.Colors[ImPlotCol_LegendBg] = ink4(table.raised);
    style.Colors[ImPlotCol_LegendBorder] = ink4(table.line, 0);
    style.Colors[ImPlotCol_LegendText] = ink4(table.text);
    style.Colors[ImPlotCol_TitleText] = ink4(table.text);
    style.Colors[ImPlotCol_InlayText] = ink4(table.dim);
    style.Colors[ImPlotCol_AxisText] = ink4(table.dim);
    style.Colors[ImPlotCol_AxisGrid] = ink4(table.line);
    style.Colors[ImPlotCol_Crosshairs] = ink4(table.dim);
    style.Colors[ImPlotCol_Selection] = ink4(table.accent);
}

} // namespace

const Theme& theme() { return current(); }

void apply_theme(const Settings& settings, float monitor_scale, const Fonts& fonts, bool audience) {
    Theme& now = current();
    now.palette = &palette(settings.appearance, settings.high_contrast);
    now.appearance = settings.appearance;
    const float wanted = settings.ui_scale * monitor_scale;
    now.scale = std::isfinite(wanted) ? std::clamp(wanted, 0.5f, 12.0f) : 1.0f;
    now.reduce_motion = settings.reduce_motion;
    now.audience = audience;
    now.fonts = fonts;

    ImGuiStyle& style = ImGui::GetStyle();
    size_imgui(style, now.scale);
    color_imgui(style, *now.palette);
    style.FontSizeBase = 16;
    style.FontScaleMain = 1;
    style.FontScaleDpi = now.scale;
    if (fonts.regular) ImGui::GetIO().FontDefault = fonts.regular;
    style_implot(*now.palette, now.scale);
}

float dp(float design_pixels) {
    const float pixels = std::round(design_pixels * current().scale);
    return design_pixels > 0 ? std::max(pixels, 1.0f) : pixels;
}

ImVec4 ink4(Rgb color, float alpha) {
    return {static_cast<float>(color.value >> 16 & 0xFF) / 255.0f, static_cast<float>(color.value >> 8 & 0xFF) / 255.0f,
            static_cast<float>(color.value & 0xFF) / 255.0f, alpha};
}

ImU32 ink(Rgb color, float alpha) { return ImGui::ColorConvertFloat4ToU32(ink4(color, alpha)); }

} // namespace cameo
