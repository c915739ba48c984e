#pragma once

/// Material Design Icons 1.6.50 (font licence: OFL 1.1), as UTF-8 text of the private use area.
namespace cameo::icon {

inline constexpr const char* kAlert = "\uF5D6";
inline constexpr const char* kBookmark = "\uF0C0";
inline constexpr const char* kCheck = "\uF12C";
inline constexpr const char* kChevronDown = "\uF140";
inline constexpr const char* kChevronLeft = "\uF141";
inline constexpr const char* kChevronRight = "\uF142";
inline constexpr const char* kClock = "\uF150";
inline constexpr const char* kClose = "\uF156";
inline constexpr const char* kCollection = "\uF1B8";
inline constexpr const char* kCopy = "\uF18F";
inline constexpr const char* kDocument = "\uF219";
inline constexpr const char* kDownload = "\uF1DA";
inline constexpr const char* kEye = "\uF208";
inline constexpr const char* kEyeOff = "\uF209";
inline constexpr const char* kFolder = "\uF256";
inline constexpr const char* kFusion = "\uF4A0";
inline constexpr const char* kHelp = "\uF625";
inline constexpr const char* kHistory = "\uF2DA";
inline constexpr const char* kIdea = "\uF336";
inline constexpr const char* kInfo = "\uF2FD";
inline constexpr const char* kModel = "\uF1A7";
inline constexpr const char* kMoon = "\uF594";
inline constexpr const char* kNote = "\uF39E";
inline constexpr const char* kPause = "\uF3E4";
inline constexpr const char* kPin = "\uF403";
inline constexpr const char* kPlay = "\uF40A";
inline constexpr const char* kPlus = "\uF415";
inline constexpr const char* kPresentation = "\uF429";
inline constexpr const char* kRedo = "\uF44E";
inline constexpr const char* kRefresh = "\uF450";
inline constexpr const char* kSearch = "\uF349";
inline constexpr const char* kStop = "\uF4DB";
inline constexpr const char* kSun = "\uF5A8";
inline constexpr const char* kUndo = "\uF54C";
inline constexpr const char* kView = "\uF56E";
inline constexpr const char* kZoomIn = "\uF34B";
inline constexpr const char* kZoomOut = "\uF34A";
inline constexpr const char* kKeyboard = "\uF30C";

} // namespace cameo::icon
