#include "app/shell/notices.hpp"

#include "app/shell/frame.hpp"

#include <algorithm>
#include <string>

namespace cameo {

namespace {

constexpr float kNoticeWidth = 420;
constexpr std::size_t kShown = 3;

void draw_offers(const Notice& notice, std::vector<NoticeOffer>& offers, float height, Commands& out) {
    for (auto offer = offers.begin(); offer != offers.end(); ++offer) {
        if (offer->notice != notice.id) continue;
        const bool taken = quiet_button(offer->words.c_str(), nullptr, offer->words, height);
        ImGui::SameLine(0, dp(space::kHalf));
        if (!taken) continue;
        out.push_back(offer->command);
        offers.erase(offer);
        if (std::ranges::find(offers, notice.id, &NoticeOffer::notice) == offers.end()) out.push_back(DismissNotice{notice.id});
        return;
    }
}

void draw_card(const Notice& notice, std::vector<NoticeOffer>& offers, Commands& out) {
    const bool error = notice.level == Notice::Level::Error;
    const bool info = notice.level == Notice::Level::Info;
    const Rgb mark = error ? colors().error : colors().accent; // a warning has the sign of an error, as findings have it: the experts' hues are theirs
    const ImVec2 corner = ImGui::GetWindowPos();
    auto& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({corner.x, corner.y + dp(space::kCorner)},
                       {corner.x + dp(3), corner.y + ImGui::GetWindowHeight() - dp(space::kCorner)}, ink(mark));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_icon(list, {at.x + dp(8), at.y + line_height(TextStyle::Strong) / 2}, info ? icon::kInfo : icon::kAlert, ink(mark), 18);
    ImGui::SetCursorScreenPos({at.x + dp(16 + space::kUnit), at.y});
    ImGui::BeginGroup();
    label(error ? "That did not work" : info ? "Good to know" : "Please note", TextStyle::Strong, colors().text);
    const float wrap = ImGui::GetContentRegionAvail().x;
    paragraph(notice.sentence, TextStyle::Body, colors().text, wrap);
    if (!notice.remedy.empty()) paragraph(notice.remedy, TextStyle::Small, colors().dim, wrap);
    ImGui::Dummy({0, dp(space::kHalf)});
    const float height = dp(28);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() - dp(space::kUnit)); // the word, not its ground, is on the edge
    draw_offers(notice, offers, height, out);
    if (quiet_button("Dismiss", nullptr, "Dismiss", height)) out.push_back(DismissNotice{notice.id});
    ImGui::SameLine(0, dp(space::kHalf));
    if (quiet_button("Copy", icon::kCopy, "Copy", height))
        out.push_back(CopyText{notice.remedy.empty() ? notice.sentence : notice.sentence + "\n" + notice.remedy});
    ImGui::EndGroup();
}

} // namespace

void draw_notices(const Snapshot& now, std::vector<NoticeOffer>& offers, float bottom, Commands& out) {
    const auto* viewport = ImGui::GetMainViewport();
    const float width = std::min(dp(kNoticeWidth), viewport->WorkSize.x - dp(32));
    const float right = viewport->WorkPos.x + viewport->WorkSize.x - dp(space::kGroup);
    float y = bottom - dp(space::kGroup);
    const std::size_t count = now.notices.size();
    const std::size_t first = count > kShown ? count - kShown : 0; // the latest are on top of the stack's foot
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().raised));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(space::kPanel), dp(12)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    for (std::size_t notice_idx = count; notice_idx-- > first;) {
        const Notice& notice = now.notices[notice_idx];
        const std::string name = "###notice" + std::to_string(notice.id);
        ImGui::SetNextWindowPos({right, y}, 0, {1, 1});
        ImGui::SetNextWindowSize({width, 0});
        ImGui::Begin(name.c_str(), nullptr,
                     ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove |
                         ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                         ImGuiWindowFlags_AlwaysAutoResize);
        draw_card(notice, offers, out);
        if (notice_idx == first && first > 0) {
            const std::string more = std::to_string(first) + " more: dismiss these to read them";
            label(more, TextStyle::Small, colors().dim);
        }
        y -= ImGui::GetWindowHeight() + dp(space::kUnit);
        // Above everything that is docked, below menus and the palette, which take the focus.
        ImGui::End();
    }
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
}

} // namespace cameo
