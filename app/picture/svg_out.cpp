#include "app/picture/svg_out.hpp"

#include "core/text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace cameo {

namespace {

bool same(const Rectangle& first, const Rectangle& second) {
    return first.min.x == second.min.x && first.min.y == second.min.y && first.max.x == second.max.x && first.max.y == second.max.y;
}

bool holds(const Rectangle& outer, const Rectangle& inner) {
    constexpr float kHair = 0.02f; // of a pixel: nobody sees it cut
    return inner.min.x >= outer.min.x - kHair && inner.min.y >= outer.min.y - kHair && inner.max.x <= outer.max.x + kHair &&
           inner.max.y <= outer.max.y + kHair;
}

bool is_xml(unsigned int character) {
    if (character < 0x20) return character == '\t' || character == '\n' || character == '\r';
    return !(character >= 0xD800 && character < 0xE000) && character != 0xFFFE && character != 0xFFFF;
}

} // namespace

std::string svg_figure(float value) {
    if (!std::isfinite(value)) return "0";
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2).ptr;
    std::string figure(text, end);
    figure.erase(figure.find_last_not_of('0') + 1);
    if (figure.back() == '.') figure.pop_back();
    return figure == "-0" ? "0" : figure;
}

std::string xml_text(std::string_view text) {
    std::string safe;
    while (!text.empty()) {
        const std::string_view from = text;
        const CodePoint next = code_point_at(text, 0);
        text.remove_prefix(next.size);
        const auto character = static_cast<unsigned int>(next.value);
        switch (character) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        default:
            if (character == 0xFFFD || !is_xml(character)) safe += "\uFFFD";
            else safe += from.substr(0, from.size() - text.size());
        }
    }
    return safe;
}

std::string svg_fill(ImU32 color) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string fill = "fill=\"#";
    for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT}) {
        const unsigned int part = color >> shift & 0xFF;
        fill += kDigits[part >> 4];
        fill += kDigits[part & 0xF];
    }
    fill += '"';
    const unsigned int alpha = color >> IM_COL32_A_SHIFT & 0xFF;
    if (alpha < 255) fill.append(" fill-opacity=\"").append(svg_figure(static_cast<float>(alpha) / 255)).append("\"");
    return fill;
}

std::optional<Rectangle> common(const Rectangle& first, const Rectangle& second) {
    const Rectangle both{{std::max(first.min.x, second.min.x), std::max(first.min.y, second.min.y)},
                         {std::min(first.max.x, second.max.x), std::min(first.max.y, second.max.y)}};
    if (!(both.min.x < both.max.x && both.min.y < both.max.y)) return {};
    return both;
}

void SvgOut::element(std::string_view text, const Rectangle& box, const Rectangle& clip) {
    const auto seen = common(clip, m_picture);
    if (!seen || !common(box, *seen)) return;
    const bool whole = holds(*seen, box);
    if (!(m_group && same(*m_group, *seen))) {
        end_group();
        if (!whole) {
            m_group = seen;
            std::string name = std::to_string(++m_groups);
            name.insert(name.begin(), 'c');
            m_body.append("<clipPath id=\"").append(name).append("\"><rect x=\"").append(x(seen->min.x));
            m_body.append("\" y=\"").append(y(seen->min.y)).append("\" width=\"").append(svg_figure(seen->max.x - seen->min.x));
            m_body.append("\" height=\"").append(svg_figure(seen->max.y - seen->min.y)).append("\"/></clipPath>\n");
            m_body.append("<g clip-path=\"url(#").append(name).append(")\">\n");
        }
    }
    m_body.append(text).append("\n");
}

void SvgOut::end_group() {
    if (m_group) m_body += "</g>\n";
    m_group.reset();
}

std::string SvgOut::finish() {
    end_group();
    return std::move(m_body);
}

} // namespace cameo
