#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// How the window is asked for on the command line.
struct WindowOptions {
    std::filesystem::path session;   ///< empty: the one of last time
    std::filesystem::path offscreen; ///< folder for pictures: runs the sample queries and ends
    std::filesystem::path screenshot; ///< file: draws what was asked for, writes it and ends
    struct Figure {
        std::string view; ///< title
        std::filesystem::path file;
    };
    std::vector<Figure> figures;     ///< pictures of single views, .png or .svg: takes them and ends
    std::string query;               ///< to run at the start
    std::string model, collection; ///< to open; empty: those of last time
    std::string layout;
    std::vector<std::string> actions; ///< ids of the command table, run one after the other before the pictures
    int width = 1440, height = 900;
    bool sized = false; ///< somebody has said how large
    std::optional<float> scale; ///< of everything, 0.75 … 3
    bool light = false, dark = false;
    bool measure_start = false; ///< prints how long it took to the first frame
    bool measure_frames = false; ///< with a screenshot: prints how long frames take
};

/// Whether these arguments (without the program's name) ask for the window and not for a verb.
bool asks_for_window(std::span<const std::string> arguments);

/// @throws Error(InvalidInput) naming the argument.
WindowOptions parse_window_options(std::span<const std::string> arguments);

/// For `cameo --help`.
const char* window_help();

} // namespace cameo
