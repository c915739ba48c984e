#include "app/session/saved_settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace cameo {

namespace {

constexpr std::string_view kLayoutPrefix = "layout.user.";
constexpr std::string_view kLayoutClosedPrefix = "layout.closed.";
constexpr std::string_view kSlicePrefix = "slice.", kWordsPrefix = "words:";
constexpr const char* kSliceOrder = "slices.order";
constexpr std::string_view kClosedPrefix = "view.closed.";

std::string_view value(const SavedSettings& saved, const std::string& key) {
    const auto found = saved.find(key);
    return found == saved.end() ? std::string_view() : found->second;
}

template <class Texts>
std::string lines(const Texts& texts) {
    std::string joined;
    for (const auto& text : texts) {
        if (!joined.empty()) joined += '\n';
        joined += text;
    }
    return joined;
}

std::vector<std::string> from_lines(std::string_view rest) {
    std::vector<std::string> texts;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        if (end > 0) texts.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return texts;
}

} // namespace

SavedSettings saved_settings(const Settings& settings) {
    char scale[32];
    const auto end = std::to_chars(scale, scale + sizeof scale, settings.ui_scale).ptr;
    return {{"theme", settings.appearance == Appearance::Light ? "light" : "dark"},
            {"ui_scale", std::string(scale, end)},
            {"reduce_motion", settings.reduce_motion ? "yes" : "no"},
            {"high_contrast", settings.high_contrast ? "yes" : "no"}};
}

Settings settings_from(const SavedSettings& saved) {
    Settings settings;
    if (value(saved, "theme") == "light") settings.appearance = Appearance::Light;
    const auto text = value(saved, "ui_scale");
    float scale = 1;
    if (std::from_chars(text.data(), text.data() + text.size(), scale).ec == std::errc() && std::isfinite(scale))
        settings.ui_scale = std::clamp(scale, kSmallestScale, kLargestScale);
    settings.reduce_motion = value(saved, "reduce_motion") == "yes";
    settings.high_contrast = value(saved, "high_contrast") == "yes";
    return settings;
}

void save_user_layouts(const UserLayouts& layouts, SavedSettings& saved) {
    for (const auto& [name, layout] : layouts) {
        saved[std::string(kLayoutPrefix) + name] = layout.text;
        if (!layout.closed.empty()) saved[std::string(kLayoutClosedPrefix) + name] = lines(layout.closed);
    }
}

UserLayouts user_layouts_from(const SavedSettings& saved) {
    UserLayouts layouts;
    for (const auto& [key, text] : saved) {
        if (!key.starts_with(kLayoutPrefix) || key.size() <= kLayoutPrefix.size()) continue;
        const std::string name = key.substr(kLayoutPrefix.size());
        const auto closed = from_lines(value(saved, std::string(kLayoutClosedPrefix) + name));
        layouts[name] = {text, {closed.begin(), closed.end()}};
    }
    return layouts;
}

/// By their names, so that two windows with one session write each its own; sessions of before have them by their places.
void save_own_slices(const std::vector<OwnSlice>& slices, SavedSettings& saved) {
    std::vector<std::string> names;
    for (const OwnSlice& slice : slices) {
        std::vector<std::string> parts{slice.name, std::string(kWordsPrefix) + slice.words};
        parts.insert(parts.end(), slice.ids.begin(), slice.ids.end());
        std::string key = std::string(kSlicePrefix) + slice.name;
        while (saved.contains(key)) key += '\''; // merged sessions may have two of a name
        saved[key] = lines(parts);
        names.push_back(slice.name);
    }
    if (!names.empty()) saved[kSliceOrder] = lines(names);
}

std::vector<OwnSlice> own_slices_from(const SavedSettings& saved) {
    std::vector<OwnSlice> slices;
    for (const auto& [key, text] : saved) {
        if (!key.starts_with(kSlicePrefix)) continue;
        auto parts = from_lines(text);
        if (parts.size() < 2 || !parts[1].starts_with(kWordsPrefix)) continue;
        OwnSlice slice{.name = parts[0], .words = parts[1].substr(kWordsPrefix.size())};
        slice.ids.assign(parts.begin() + 2, parts.end());
        slices.push_back(std::move(slice));
    }
    const auto order = from_lines(value(saved, kSliceOrder));
    std::ranges::stable_sort(slices, {}, [&](const OwnSlice& slice) { return std::ranges::find(order, slice.name) - order.begin(); });
    return slices;
}

void save_recents(const std::vector<std::string>& ids, SavedSettings& saved) { saved["palette.recents"] = lines(ids); }

std::vector<std::string> recents_from(const SavedSettings& saved) { return from_lines(value(saved, "palette.recents")); }

void save_trainings(const SavedTrainings& trainings, SavedSettings& saved) {
    saved["trainings.shown"] = lines(trainings.shown);
    saved["trainings.elsewhere"] = lines(trainings.elsewhere);
}

SavedTrainings trainings_from(const SavedSettings& saved) {
    return {.shown = from_lines(value(saved, "trainings.shown")), .elsewhere = from_lines(value(saved, "trainings.elsewhere"))};
}

void save_look(const SavedLook& look, SavedSettings& saved) {
    if (look.folder.empty()) return;
    saved["training.shown"] = look.folder;
    saved["training.step"] = std::to_string(look.step);
}

SavedLook look_from(const SavedSettings& saved) {
    SavedLook look{.folder = std::string(value(saved, "training.shown"))};
    const std::string_view step = value(saved, "training.step");
    std::from_chars(step.data(), step.data() + step.size(), look.step);
    return look;
}

void save_pin(const std::string& result, SavedSettings& saved) {
    if (!result.empty()) saved["pin.result"] = result;
}

std::string pin_from(const SavedSettings& saved) { return std::string(value(saved, "pin.result")); }

void save_closed(std::string_view view_title, SavedSettings& saved) {
    saved[std::string(kClosedPrefix) + std::string(view_title)] = "yes";
}

bool is_closed(const SavedSettings& saved, std::string_view view_title) {
    return value(saved, std::string(kClosedPrefix) + std::string(view_title)) == "yes";
}

void save_untouched(bool untouched, SavedSettings& saved) { saved["layout.untouched"] = untouched ? "yes" : "no"; }

bool is_untouched(const SavedSettings& saved) { return value(saved, "layout.untouched") == "yes"; }

void save_in_front(const std::vector<std::string>& titles, const std::string& maximised, SavedSettings& saved) {
    if (!titles.empty()) saved["views.in_front"] = lines(titles);
    if (!maximised.empty()) saved["view.maximised"] = maximised;
}

std::vector<std::string> in_front_from(const SavedSettings& saved) { return from_lines(value(saved, "views.in_front")); }

std::string maximised_from(const SavedSettings& saved) { return std::string(value(saved, "view.maximised")); }

void save_tour_ended(bool ended, SavedSettings& saved) { saved["tour.ended"] = ended ? "yes" : "no"; }

bool is_tour_ended(const SavedSettings& saved) { return value(saved, "tour.ended") == "yes"; }

} // namespace cameo
