#include "app/window_options.hpp"

#include "app/picture/picture_taker.hpp"
#include "app/session/saved_settings.hpp"
#include "core/base/error.hpp"

#include <charconv>

namespace cameo {

namespace {

template <class Number>
bool read(std::string_view text, Number& number) {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

void read_size(const std::string& text, WindowOptions& options) {
    const auto cross = text.find('x');
    const bool good = cross != std::string::npos && read(std::string_view(text).substr(0, cross), options.width) &&
                      read(std::string_view(text).substr(cross + 1), options.height) && options.width >= 640 &&
                      options.height >= 400 && options.width <= 8192 && options.height <= 8192;
    options.sized = good;
    if (!good)
        throw Error(ErrorKind::InvalidInput, "--size: got '" + text + "', expected WIDTHxHEIGHT from 640x400 to 8192x8192");
}

void read_scale(const std::string& text, WindowOptions& options) {
    float scale = 0;
    if (!read(text, scale) || !(scale >= kSmallestScale && scale <= kLargestScale))
        throw Error(ErrorKind::InvalidInput, "--scale: got '" + text + "', expected a number from 0.75 to 3");
    options.scale = scale;
}

WindowOptions::Figure read_figure(const std::string& text) {
    const auto sign = text.find('=');
    if (sign == std::string::npos || sign == 0 || !picture_format(text.substr(sign + 1)))
        throw Error(ErrorKind::InvalidInput, "--figure: got '" + text + "', expected VIEW=FILE that ends in .svg, .png, .html or .pdf");
    return {text.substr(0, sign), text.substr(sign + 1)};
}

/// A file manager hands over whatever file it takes for a session, by its full path; one that is to be made has to say what it is.
bool names_session(const std::string& argument) {
    std::error_code failed;
    return argument.ends_with(".cameo") || (argument.find('/') != std::string::npos && std::filesystem::is_regular_file(argument, failed));
}

} // namespace

bool asks_for_window(std::span<const std::string> arguments) {
    if (arguments.empty()) return true;
    const std::string& first = arguments.front();
    if (first == "--help" || first == "-h" || first == "--version") return false;
    return first.starts_with("--") || names_session(first);
}

WindowOptions parse_window_options(std::span<const std::string> arguments) {
    WindowOptions options;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string& argument = arguments[at];
        const auto next = [&]() -> const std::string& {
            if (at + 1 >= arguments.size()) throw Error(ErrorKind::InvalidInput, argument + ": a value is missing after it");
            return arguments[++at];
        };
        if (argument == "--offscreen") options.offscreen = next();
        else if (argument == "--screenshot") options.screenshot = next();
        else if (argument == "--figure") options.figures.push_back(read_figure(next()));
        else if (argument == "--query") options.query = next();
        else if (argument == "--layout") options.layout = next();
        else if (argument == "--model") options.model = next();
        else if (argument == "--collection") options.collection = next();
        else if (argument == "--action") options.actions.push_back(next());
        else if (argument == "--size") read_size(next(), options);
        else if (argument == "--scale") read_scale(next(), options);
        else if (argument == "--light") options.light = true;
        else if (argument == "--dark") options.dark = true;
        else if (argument == "--measure-start") options.measure_start = true;
        else if (argument == "--measure-frames") options.measure_frames = true;
        else if (names_session(argument)) options.session = argument;
        else throw Error(ErrorKind::InvalidInput, argument + ": the window has no such option; see cameo help");
    }
    return options;
}

const char* window_help() {
    return "The window takes: [SESSION.cameo] [--model NAME] [--collection NAME] [--query TEXT] [--layout NAME] [--size WxH] [--scale 0.75…3]\n"
           "[--light|--dark] [--screenshot FILE.png] [--figure VIEW=FILE.svg|png|html|pdf …] [--action ID …] [--offscreen DIR] [--measure-start] [--measure-frames]\n";
}

} // namespace cameo
