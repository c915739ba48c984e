#include "app/picture/svg.hpp"

#include "app/picture/glyph_table.hpp"
#include "app/picture/shape_batch.hpp"
#include "app/picture/svg_out.hpp"
#include "app/picture/text_runs.hpp"
#include "app/picture/typefaces.hpp"

#include <array>

namespace cameo {

namespace {

/// Goes through draw lists and tells shapes from characters.
class Tracing {
public:
    Tracing(SvgOut& out, const ImFontAtlas& atlas) : m_white(atlas.TexUvWhitePixel), m_glyphs(atlas), m_shapes(out), m_texts(out, m_faces) {}

    void trace(const ImDrawList& list) {
        for (const ImDrawCmd& command : list.CmdBuffer) {
            if (command.UserCallback) continue;
            m_clip = {{command.ClipRect.x, command.ClipRect.y}, {command.ClipRect.z, command.ClipRect.w}};
            const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
            const ImDrawVert* corners = list.VtxBuffer.Data + command.VtxOffset;
            for (unsigned int at = 0; at + 2 < command.ElemCount;) {
                if (at + 5 < command.ElemCount && character(corners, index + at)) at += 6;
                else {
                    shape({corners[index[at]], corners[index[at + 1]], corners[index[at + 2]]});
                    at += 3;
                }
            }
        }
        end();
    }

private:
    void end() {
        m_texts.flush();
        m_shapes.flush();
    }

    void shape(const std::array<ImDrawVert, 3>& corners) {
        m_texts.flush();
        m_shapes.add(corners, m_clip);
    }

    /// @returns whether it was one.
    bool character(const ImDrawVert* corners, const ImDrawIdx* index) {
        if (index[3] != index[0] || index[4] != index[2]) return false; // two triangles that are no rectangle
        const std::array<ImDrawVert, 4> drawn{corners[index[0]], corners[index[1]], corners[index[2]], corners[index[5]]};
        const ImVec2 min = drawn[0].uv, max = drawn[2].uv;
        if ((min.x == m_white.x && min.y == m_white.y) || !(min.x < max.x && min.y < max.y)) return false;
        const AtlasGlyph* glyph = m_glyphs.find(min, max);
        if (!glyph) return false;
        m_shapes.flush();
        m_texts.add(*glyph, drawn, m_clip);
        return true;
    }

    ImVec2 m_white;
    GlyphTable m_glyphs;
    Typefaces m_faces;
    ShapeBatch m_shapes;
    TextRuns m_texts;
    Rectangle m_clip{};
};

std::string metadata(const PictureWords& words) {
    std::string text = "<title>";
    text.append(xml_text(words.title)).append("</title>\n<desc>").append(xml_text(words.description)).append("</desc>\n");
    text += "<metadata><provenance xmlns=\"urn:cameo:provenance\">\n";
    for (const auto& [key, value] : words.provenance)
        text.append("<item name=\"").append(xml_text(key)).append("\">").append(xml_text(value)).append("</item>\n");
    return text += "</provenance></metadata>\n";
}

} // namespace

std::string svg_text(const Rectangle& picture, std::span<const ImDrawList* const> lists, const ImFontAtlas& atlas, const PictureWords& words) {
    SvgOut out(picture);
    Tracing tracing(out, atlas);
    for (const ImDrawList* list : lists) tracing.trace(*list);
    const std::string width = svg_figure(picture.max.x - picture.min.x), height = svg_figure(picture.max.y - picture.min.y);
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"";
    text.append(width).append("\" height=\"").append(height).append("\" viewBox=\"0 0 ").append(width).append(" ").append(height);
    text.append("\" style=\"font-variant-ligatures:none\">\n"); // as on the screen: ## is two signs
    return text.append(metadata(words)).append(out.finish()).append("</svg>\n");
}

} // namespace cameo
