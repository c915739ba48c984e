#include "app/tour/placement.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cameo {
namespace {

constexpr ImVec2 kSize{400, 200};
const TourAnchors::Place kRoom{{0, 0}, {1280, 720}};

ImVec2 place(TourAnchors::Place widget) { return place_callout(widget, {}, kSize, kRoom, 10); }

bool hides(const TourAnchors::Place& widget, ImVec2 at) {
    return at.x < widget.max.x && at.x + kSize.x > widget.min.x && at.y < widget.max.y && at.y + kSize.y > widget.min.y;
}

TEST(CalloutPlace, IsTheMiddleWithoutAWidget) {
    const ImVec2 at = place_callout({}, {}, kSize, kRoom, 10);
    EXPECT_EQ(at.x, 440);
    EXPECT_EQ(at.y, 260);
}

TEST(CalloutPlace, IsBelowAWideWidgetAndAboveWhereThatIsTheEnd) {
    EXPECT_EQ(place({{100, 50}, {900, 90}}).x, 100);
    EXPECT_EQ(place({{100, 50}, {900, 90}}).y, 100);
    EXPECT_EQ(place({{100, 680}, {900, 710}}).y, 470);
}

TEST(CalloutPlace, IsBesideATallWidget) {
    EXPECT_EQ(place({{20, 100}, {320, 700}}).x, 330);
    EXPECT_EQ(place({{900, 100}, {1270, 700}}).x, 490);
}

TEST(CalloutPlace, IsBesideThePanelWhereThatHasRoom) {
    const TourAnchors::Place widget{{100, 150}, {300, 210}};
    const ImVec2 right = place_callout(widget, TourAnchors::Place{{0, 60}, {800, 700}}, kSize, kRoom, 10);
    EXPECT_EQ(right.x, 810);
    EXPECT_EQ(right.y, 150);
    const ImVec2 left = place_callout(TourAnchors::Place{{900, 650}, {1100, 690}}, TourAnchors::Place{{700, 60}, {1280, 700}}, kSize, kRoom, 10);
    EXPECT_EQ(left.x, 290);
    EXPECT_EQ(left.y, 510); // as low as the room lets it
    const ImVec2 below = place_callout(widget, TourAnchors::Place{{0, 60}, {1100, 700}}, kSize, kRoom, 10);
    EXPECT_EQ(below.y, 220); // beside the widget alone
}

TEST(CalloutPlace, StaysWithinTheRoomAndHidesNothingWhereAnySideHasRoom) {
    for (float x = 0; x < 1280; x += 80)
        for (float y = 0; y < 720; y += 60)
            for (const ImVec2 extent : {ImVec2{30, 20}, ImVec2{500, 40}, ImVec2{60, 400}, ImVec2{600, 300}, ImVec2{1200, 650}}) {
                const TourAnchors::Place widget{{x, y}, {std::min(x + extent.x, 1280.0f), std::min(y + extent.y, 720.0f)}};
                const ImVec2 at = place(widget);
                EXPECT_GE(at.x, 10);
                EXPECT_GE(at.y, 10);
                EXPECT_LE(at.x + kSize.x, 1270);
                EXPECT_LE(at.y + kSize.y, 710);
                const bool room = widget.min.x >= kSize.x + 20 || 1280 - widget.max.x >= kSize.x + 20 || widget.min.y >= kSize.y + 20 ||
                                  720 - widget.max.y >= kSize.y + 20;
                EXPECT_EQ(hides(widget, at), !room && hides(widget, at)) << x << " " << y;
            }
}

TEST(CalloutPlace, HidesTheLeastWhereNoSideHasRoom) {
    const TourAnchors::Place widget{{0, 0}, {1000, 720}};
    const ImVec2 at = place(widget);
    EXPECT_EQ(at.x, 870); // 130 of its 400 pixels over the widget
    EXPECT_TRUE(hides(widget, at));
}

TEST(CalloutPlace, BeginsAtTheEdgeWhereItIsLargerThanTheRoom) {
    const ImVec2 at = place_callout({}, {}, {2000, 900}, kRoom, 10);
    EXPECT_EQ(at.x, 10);
    EXPECT_EQ(at.y, 10);
}

} // namespace
} // namespace cameo
