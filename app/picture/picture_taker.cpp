#include "app/picture/picture_taker.hpp"

#include "app/report/pdf.hpp"
#include "app/report/view_page.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <utility>

namespace cameo {

namespace {

constexpr int kFrames = 4; ///< a tab comes to the front, parts take their sizes, characters come into the atlas; the picture

} // namespace

const char* extension(PictureFormat format) {
    switch (format) {
    case PictureFormat::Png: return "png";
    case PictureFormat::Svg: return "svg";
    case PictureFormat::Page: break;
    }
    return "html";
}

std::optional<PictureFormat> picture_format(const std::filesystem::path& file) {
    for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Page})
        if (file.extension() == std::string(".").append(extension(format))) return format;
    if (file.extension() == ".pdf") return PictureFormat::Page;
    return {};
}

void TakenPicture::write(Progress& progress) const {
    switch (format) {
    case PictureFormat::Png: {
        PngTexts texts{{"Title", words.title}, {"Description", words.description}};
        texts.insert(texts.end(), words.provenance.begin(), words.provenance.end());
        return write_png(file, std::get<Pixels>(content), texts);
    }
    case PictureFormat::Svg: {
        AtomicFile out(file);
        out.write(std::get<std::string>(content));
        return out.commit();
    }
    case PictureFormat::Page: return save_page(view_page({words.title, std::get<std::string>(content), words.figures}, words.provenance), file, progress);
    }
}

bool PictureTaker::begin_frame() {
    if (std::exchange(m_drawing, is_busy()) && !m_drawing) style_for_screen();
    if (m_drawing) style_for_picture(current().format != PictureFormat::Png);
    return m_drawing;
}

void PictureTaker::drawn(bool shown, const std::function<PictureWords()>& words) {
    if (m_frame + 1 < kFrames || !shown) return;
    m_words = words();
    m_framed.emplace(current().view, m_words.description);
}

std::optional<TakenPicture> PictureTaker::end_frame() {
    if (!m_drawing || ++m_frame < kFrames) return {};
    m_frame = 0;
    const PictureOrder order = std::move(m_orders.front());
    m_orders.pop_front();
    const auto framed = std::exchange(m_framed, {});
    if (!framed) throw Error(ErrorKind::NotFound, order.view + ": it is not on the screen, so there is no picture of it");
    TakenPicture taken{order.format, order.file, std::exchange(m_words, {}), {}};
    if (order.format != PictureFormat::Png) {
        taken.content = svg_text(framed->picture(), framed->lists(), *ImGui::GetIO().Fonts, taken.words);
    } else {
        if (!m_paint) throw Error(ErrorKind::Environment, order.view + ": there is no window here that could draw it as a PNG; an SVG can be saved");
        taken.content = m_paint(framed->draw_data());
    }
    return taken;
}

} // namespace cameo
