#pragma once

#include "app/picture/picture_frame.hpp"
#include "app/picture/png.hpp"
#include "app/picture/svg.hpp"
#include "core/jobs/progress.hpp"
#include "views/commands.hpp"

#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace cameo {

/// Renders into memory instead of onto the screen. @throws Error where that cannot be, by its size for example.
using PaintPicture = std::function<Pixels(const ImDrawData&)>;

/// "png", "svg", "html"
const char* extension(PictureFormat format);
/// By the file's name, where a page may end in .pdf too; empty: it says none of them.
std::optional<PictureFormat> picture_format(const std::filesystem::path& file);

struct PictureOrder {
    std::string view; ///< title
    PictureFormat format = PictureFormat::Png;
    std::filesystem::path file;
};

/// A picture that was taken and has to be written yet: an SVG, which may be for a page, or the pixels of a PNG.
struct TakenPicture {
    PictureFormat format = PictureFormat::Png;
    std::filesystem::path file;
    PictureWords words;
    std::variant<std::string, Pixels> content;

    /// Takes a while. @throws Error(Environment)   @throws Cancelled where a page is printed
    void write(Progress& progress) const;
};

/// Takes pictures of views, one after the other, in frames of their own that are not shown. Each takes a few: characters
/// that were not drawn at that density yet have to come into the atlas first. All on the window's thread.
class PictureTaker {
public:
    explicit PictureTaker(PaintPicture paint) : m_paint(std::move(paint)) {}

    void order(PictureOrder order) { m_orders.push_back(std::move(order)); }
    bool is_busy() const { return !m_orders.empty(); }
    /// The one that is being taken. @pre is_busy().
    const PictureOrder& current() const { return m_orders.front(); }

    /// Before the frame: whether it is one of them.
    bool begin_frame();
    bool is_drawing() const { return m_drawing; }
    /// Whether it is the first one of the current order: time to bring the view to the front.
    bool is_first_frame() const { return m_frame == 0; }
    /// Within its PictureFrame, when all was drawn. @param shown whether the view was   @param words asked for once, with the last frame
    void drawn(bool shown, const std::function<PictureWords()>& words);
    /// After Render. @returns the picture with its last frame. @throws Error when it cannot be taken; then it is given up.
    std::optional<TakenPicture> end_frame();

private:
    PaintPicture m_paint;
    std::deque<PictureOrder> m_orders;
    bool m_drawing = false;
    int m_frame = 0; ///< how many the current order has had
    std::optional<FramedView> m_framed;
    PictureWords m_words;
};

} // namespace cameo
