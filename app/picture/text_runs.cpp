#include "app/picture/text_runs.hpp"

#include <algorithm>
#include <cmath>
#include <imgui_internal.h>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>

namespace cameo {

namespace {

/// Icons are in Unicode's private areas, where every font has something else.
bool is_private(unsigned int character) { return (character >= 0xE000 && character < 0xF900) || character >= 0xF0000; }

std::string utf8(unsigned int character) {
    char bytes[5];
    ImTextCharToUtf8(bytes, character);
    return bytes;
}

struct Family {
    std::string names;
    const char* weight;
};

/// What a renderer without our fonts should take.
Family family(std::string_view face) {
    constexpr std::string_view kSemiBold = " SemiBold";
    const bool bold = face.ends_with(kSemiBold);
    if (bold) face.remove_suffix(kSemiBold.size());
    const bool mono = face.find("Mono") != face.npos;
    Family found{std::string("'").append(face).append("', "), bold ? "600" : "400"};
    found.names += mono ? "'DejaVu Sans Mono', monospace" : "'DejaVu Sans', Arial, sans-serif";
    return found;
}

float length(ImVec2 of) { return std::hypot(of.x, of.y); }

} // namespace

bool TextRuns::goes_on(const Run& next, float& gap) const {
    if (m_run.words.empty() || next.baked != m_run.baked || next.color != m_run.color || std::fabs(next.scale - m_run.scale) > 1e-3f)
        return false;
    const bool same_clip = next.clip.min.x == m_run.clip.min.x && next.clip.min.y == m_run.clip.min.y &&
                           next.clip.max.x == m_run.clip.max.x && next.clip.max.y == m_run.clip.max.y;
    if (!same_clip || length({next.along.x - m_run.along.x, next.along.y - m_run.along.y}) > 1e-3f) return false;
    const ImVec2 step{next.pen.x - m_run.pen.x, next.pen.y - m_run.pen.y};
    const float beside = step.y * m_run.along.x - step.x * m_run.along.y;
    gap = step.x * m_run.along.x + step.y * m_run.along.y - m_run.words.back().end;
    constexpr float kHair = 0.3f; // of a pixel
    if (std::fabs(beside) > kHair || gap < -kHair) return false;
    // Blanks leave nothing in the list but their room.
    const ImVector<float>& advances = m_run.baked->IndexAdvanceX; // looked at only: to ask for a blank may load one
    if (advances.Size <= ' ' || !(advances[' '] > 0)) return gap < kHair;
    const float blank = advances[' '] * m_run.scale;
    const float blanks = std::round(gap / blank);
    return blanks <= 2 && std::fabs(gap - blanks * blank) < kHair;
}

void TextRuns::add(const AtlasGlyph& drawn, const std::array<ImDrawVert, 4>& corners, const Rectangle& clip) {
    const ImFontGlyph& glyph = *drawn.glyph;
    // Where the whole character would be: a text that did not fit into its frame may have been cut with its corners.
    const ImVec2 right{corners[1].pos.x - corners[0].pos.x, corners[1].pos.y - corners[0].pos.y};
    const float share = (corners[1].uv.x - corners[0].uv.x) / (glyph.U1 - glyph.U0);
    const float width = (glyph.X1 - glyph.X0) * share;
    if (!(width > 0) || !(length(right) > 0)) return;
    Run next{.baked = drawn.baked, .scale = length(right) / width, .along = {right.x / length(right), right.y / length(right)},
             .color = corners[0].col, .clip = clip};
    const ImVec2 down{-next.along.y, next.along.x};
    const float before = next.scale * (glyph.X0 + (glyph.X1 - glyph.X0) * (corners[0].uv.x - glyph.U0) / (glyph.U1 - glyph.U0));
    const float above = next.scale * (glyph.Y0 + (glyph.Y1 - glyph.Y0) * (corners[0].uv.y - glyph.V0) / (glyph.V1 - glyph.V0));
    next.pen = {corners[0].pos.x - next.along.x * before - down.x * above, corners[0].pos.y - next.along.y * before - down.y * above};
    constexpr float kInfinite = std::numeric_limits<float>::max();
    next.box = {{kInfinite, kInfinite}, {-kInfinite, -kInfinite}};
    for (const ImDrawVert& corner : corners) {
        next.box.min = {std::min(next.box.min.x, corner.pos.x), std::min(next.box.min.y, corner.pos.y)};
        next.box.max = {std::max(next.box.max.x, corner.pos.x), std::max(next.box.max.y, corner.pos.y)};
    }
    // Where it was cut: on that side only, so that the characters of a line stay together. There it goes on, unseen.
    constexpr float kCut = 1e-6f; // of the atlas
    const Rectangle seen = next.box;
    if (corners[0].uv.x > glyph.U0 + kCut) next.clip.min.x = std::max(clip.min.x, seen.min.x), next.box.min.x -= 1;
    if (corners[0].uv.y > glyph.V0 + kCut) next.clip.min.y = std::max(clip.min.y, seen.min.y), next.box.min.y -= 1;
    if (corners[2].uv.x < glyph.U1 - kCut) next.clip.max.x = std::min(clip.max.x, seen.max.x), next.box.max.x += 1;
    if (corners[2].uv.y < glyph.V1 - kCut) next.clip.max.y = std::min(clip.max.y, seen.max.y), next.box.max.y += 1;
    if (is_private(glyph.Codepoint)) return icon(drawn, next);

    float gap = 0;
    const bool more = goes_on(next, gap);
    if (!more) {
        flush();
        m_run = std::move(next);
        m_run.words.emplace_back();
    } else {
        m_run.box.min = {std::min(m_run.box.min.x, next.box.min.x), std::min(m_run.box.min.y, next.box.min.y)};
        m_run.box.max = {std::max(m_run.box.max.x, next.box.max.x), std::max(m_run.box.max.y, next.box.max.y)};
        constexpr float kHair = 0.3f;
        if (gap > kHair) {
            const float begin = m_run.words.back().end + gap;
            m_run.words.push_back({{}, begin, begin});
        }
    }
    Word& word = m_run.words.back();
    word.text += utf8(glyph.Codepoint);
    word.end += glyph.AdvanceX * m_run.scale;
}

void TextRuns::icon(const AtlasGlyph& drawn, const Run& at) {
    flush();
    const std::string path = m_faces.path(drawn.source(), drawn.glyph->Codepoint, drawn.baked->Size * at.scale);
    if (path.empty()) return;
    const float down = drawn.baked->Ascent * at.scale;
    std::string text = "<path ";
    text.append(svg_fill(at.color)).append(" transform=\"translate(").append(m_out.x(at.pen.x - at.along.y * down)).append(" ");
    text.append(m_out.y(at.pen.y + at.along.x * down)).append(")\" d=\"").append(path).append("\"/>");
    m_out.element(text, at.box, at.clip);
}

void TextRuns::flush() {
    if (m_run.words.empty()) return;
    const Run run = std::exchange(m_run, {});
    const ImFontConfig& face = *run.baked->OwnerFont->Sources[0];
    const auto [names, weight] = family(face.Name);
    const float down = run.baked->Ascent * run.scale;
    const ImVec2 base{run.pen.x - run.along.y * down, run.pen.y + run.along.x * down};
    const bool turned = std::fabs(run.along.y) > 1e-3f;
    std::string text = "<text y=\"" + m_out.y(base.y);
    if (turned) {
        const float degrees = std::atan2(run.along.y, run.along.x) * 180 / std::numbers::pi_v<float>;
        text.append("\" transform=\"rotate(").append(svg_figure(degrees)).append(" ").append(m_out.x(base.x)).append(" ");
        text.append(m_out.y(base.y)).append(")");
    }
    text.append("\" font-family=\"").append(names).append("\" font-size=\"");
    text.append(svg_figure(run.baked->Size * run.scale * m_faces.em(face))).append("\" font-weight=\"").append(weight).append("\" ");
    text.append(svg_fill(run.color)).append(">");
    // Each word where it was: fonts that stand in are wider or narrower, and not every renderer knows textLength.
    for (const Word& word : run.words) {
        if (&word != &run.words.front()) text += ' ';
        text.append("<tspan x=\"").append(m_out.x(base.x + word.begin)).append("\" textLength=\"").append(svg_figure(word.end - word.begin));
        text.append("\" lengthAdjust=\"spacingAndGlyphs\">").append(xml_text(word.text)).append("</tspan>");
    }
    text += "</text>";
    m_out.element(text, run.box, run.clip);
}

} // namespace cameo
