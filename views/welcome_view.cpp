#include "views/welcome_view.hpp"

#include "views/builds.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace cameo {
namespace {

constexpr float kColumnMax = 720;

struct Fact {
    const char* icon;
    std::string name, value;
};

void fact_rows(const std::vector<Fact>& facts, float width) {
    for (const Fact& fact : facts) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float value_left = std::min(dp(170), width * 0.34f);
        const float baseline = at.y + ascent(TextStyle::Body);
        draw_icon(list, {at.x + dp(8), at.y + line_height(TextStyle::Body) / 2}, fact.icon, ink(colors().dim), 16);
        draw_text(list, {at.x + dp(28), baseline}, TextStyle::Body, ink(colors().dim), fact.name, value_left - dp(32));
        bool cut = false;
        draw_text(list, {at.x + value_left, baseline}, TextStyle::Body, ink(colors().text), fact.value, width - value_left,
                  Align::Left, &cut);
        ImGui::Dummy({width, line_height(TextStyle::Body) + dp(2)});
        if (cut) hover_text(fact.value);
    }
}

/// The three experts in plain words: what a newcomer has to know, and no more.
void expert_cards(float width) {
    struct Card {
        const char* name;
        ExpertKind kind;
        const char* story;
    };
    static constexpr std::array<Card, 3> kCards{{
        {"lexical", ExpertKind::Lexical, "Counts the words that query and document share, and words that they imply."},
        {"local", ExpertKind::Local, "Finds for each word of the query the place in the document that is nearest in meaning."},
        {"global", ExpertKind::Global, "Compares the two texts as a whole, whatever words they use."},
    }};
    const float gap = dp(12);
    const bool beside = width >= dp(540);
    const float card_width = beside ? std::floor((width - gap * 2) / 3) : width;
    const float padding = dp(14), inner = card_width - padding * 2 - dp(4);
    float tallest = 0;
    {
        const FontScope small(TextStyle::Small);
        for (const Card& card : kCards)
            tallest = std::max(tallest, ImGui::CalcTextSize(card.story, nullptr, false, inner).y);
    }
    const float height = padding * 2 + dp(44) + tallest;
    const ImVec2 start = ImGui::GetCursorScreenPos();
    std::array<ExpertKind, 3> kinds{ExpertKind::Lexical, ExpertKind::Local, ExpertKind::Global};
    const auto styles = expert_styles(kinds);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t index = 0; index < kCards.size(); ++index) {
        const auto shift = static_cast<float>(index);
        const ImVec2 at = beside ? ImVec2{start.x + shift * (card_width + gap), start.y} : ImVec2{start.x, start.y + shift * (height + gap)};
        const auto words = expert_words(kCards[index].name, kCards[index].kind);
        list.AddRectFilled(at, {at.x + card_width, at.y + height}, ink(colors().raised), dp(space::kCorner));
        list.AddRectFilled({at.x + padding, at.y + padding + dp(1)}, {at.x + padding + dp(4), at.y + padding + dp(37)}, hue(styles[index]), dp(2));
        const float left = at.x + padding + dp(14);
        draw_text(list, {left, at.y + padding + ascent(TextStyle::Strong)}, TextStyle::Strong, ink(colors().text), words.title, inner);
        draw_text(list, {left, at.y + padding + dp(21) + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), words.plain, inner);
        ImGui::SetCursorScreenPos({at.x + padding, at.y + padding + dp(46)});
        paragraph(kCards[index].story, TextStyle::Small, colors().text, inner);
    }
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy({width, beside ? height : (height + gap) * 3 - gap});
}

/// What building the demo downloads, without claiming more than is known: an offer that nobody has filled in yet has
/// zeros everywhere, and a zero beside known figures is a true zero.
std::string fetch_words(const DemoOffer& demo) {
    constexpr std::string_view kWhat = "two small trained models and the package list";
    if (demo.download_bytes > 0) return format_bytes(demo.download_bytes) + ": " + std::string(kWhat);
    const bool known = demo.disk_bytes > 0 || demo.high_s > 0 || demo.all_documents > 0;
    return known ? "nothing, all is here" : std::string(kWhat) + "; how much is not known yet";
}

/// A build that failed, word for word, above what can be done all the same.
void failure_strip(const JobSnapshot& job, float width, Commands& out) {
    ImGui::BeginChild("##failed", {width, dp(44)}, ImGuiChildFlags_AutoResizeY, ImGuiWindowFlags_NoScrollbar);
    if (strip(StripKind::Error, job.name + ": " + job.error + " What was finished is kept.", "Copy"))
        out.emplace_back(CopyText{job.name + ": " + job.error});
    ImGui::EndChild();
}

/// Why the model and the collection do not open.
void unopened_strip(const Workbench& bench, float width, Commands& out) {
    ImGui::BeginChild("##failed", {width, dp(44)}, ImGuiChildFlags_AutoResizeY, ImGuiWindowFlags_NoScrollbar);
    if (strip(StripKind::Error, bench.error + " Building the demo again repairs what is its own.", "Copy"))
        out.emplace_back(CopyText{bench.error});
    ImGui::EndChild();
}

} // namespace

WelcomeView::WelcomeView()
    : View("Welcome", {.what = "Where to begin. The demo is made from this machine's own list of packages; nothing is sent "
                               "anywhere."}) {}

void WelcomeView::draw_contents(const Snapshot& now, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##welcome", {0, 0}, ImGuiChildFlags_None);
    ImGui::PopStyleVar(); // the child's own padding, which tooltips must not inherit
    if (visible) {
        const float room = ImGui::GetContentRegionAvail().x;
        const float width = std::min(room, dp(kColumnMax));
        ImGui::SetCursorPosX(std::floor((room - width) / 2));
        // A little above the middle while all of it fits.
        const float spare = ImGui::GetContentRegionAvail().y - m_content_height;
        ImGui::SetCursorPosY(std::max(std::floor(spare * 0.38f), dp(8)));
        ImGui::BeginGroup();
        label("See which expert plays which part", width > dp(520) ? TextStyle::Display : TextStyle::Title, colors().text);
        paragraph("Cameo runs a query through several experts, shows what each of them finds, how their scores become one "
                  "ranking, and why every document stands where it stands.",
                  TextStyle::Body, colors().dim, width);
        ImGui::Dummy({0, dp(4)});
        expert_cards(width);
        ImGui::Dummy({0, dp(16)});
        if (const JobSnapshot* job = running_build(now))
            draw_building(now, *job, out, width);
        else if (now.workbench.phase == Phase::Ready)
            draw_ready(now, out, width);
        else if (const JobSnapshot* failed = failed_build(now); failed && failed->tag == "demo" && now.workbench.phase != Phase::Loading)
            draw_failed(now.workbench, *failed, out, width);
        else
            draw_first_run(now, out, width);
        ImGui::EndGroup();
        m_content_height = ImGui::GetItemRectSize().y;
        ImGui::Dummy({0, dp(8)});
    }
    ImGui::EndChild();
}

void WelcomeView::draw_first_run(const Snapshot& now, Commands& out, float width) {
    const Workbench& bench = now.workbench;
    const DemoOffer& demo = bench.demo;
    if (bench.phase == Phase::Loading) {
        section("Opening", bench.model.empty() ? bench.collection : bench.model + " and " + bench.collection);
        paragraph("This takes a moment; the window can be used meanwhile.", TextStyle::Body, colors().dim, width);
        return;
    }
    section("Try it on this machine", format_count(demo.documents) + " software packages and their descriptions");
    if (bench.phase == Phase::Failed) unopened_strip(bench, width, out);
    ImGui::Dummy({0, 0});
    std::vector<Fact> facts{{icon::kDownload, "To fetch", fetch_words(demo)}};
    if (demo.high_s > 0)
        facts.push_back({icon::kClock, "Takes", format_span(demo.low_s, demo.high_s) + "; you can search after a few seconds"});
    if (!demo.folder.empty())
        facts.push_back({icon::kFolder, "Lies in", demo.folder + (demo.disk_bytes > 0 ? ", " + format_bytes(demo.disk_bytes) : "")});
    fact_rows(facts, width);
    ImGui::Dummy({0, dp(8)});
    if (button("Build the demo", ButtonKind::Primary, icon::kPlay)) out.emplace_back(BuildDemo{});
    ImGui::SameLine(0, dp(12));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float beside = text_width(TextStyle::Small, "It can be stopped at any time and goes on where it was.");
    if (at.x - ImGui::GetWindowPos().x + beside < ImGui::GetWindowWidth()) {
        draw_text(*ImGui::GetWindowDrawList(),
                  {at.x, at.y + std::round((button_height() - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small))},
                  TextStyle::Small, ink(colors().dim), "It can be stopped at any time and goes on where it was.");
    }
    ImGui::NewLine();
}

void WelcomeView::draw_failed(const Workbench& bench, const JobSnapshot& job, Commands& out, float width) {
    if (bench.phase == Phase::Failed) unopened_strip(bench, width, out);
    section("The demo is not ready", state_words(job));
    paragraph(job.error, TextStyle::Body, colors().text, width);
    paragraph("What was finished is kept. Trying again goes on from there.", TextStyle::Body, colors().dim, width);
    ImGui::Dummy({0, dp(4)});
    if (button("Try again", ButtonKind::Primary, icon::kRefresh)) out.emplace_back(BuildDemo{});
    ImGui::SameLine();
    if (button("Copy message", ButtonKind::Plain, icon::kCopy)) out.emplace_back(CopyText{job.name + ": " + job.error});
}

void WelcomeView::draw_building(const Snapshot& now, const JobSnapshot& job, Commands& out, float width) {
    section(job.name);
    build_progress(job, width, out);
    const auto& index = now.workbench.index;
    if (index && index->documents > 0) {
        ImGui::Dummy({0, dp(8)});
        section("Search what is there already",
                is_partly_indexed(now.workbench) ? indexed_words(*index) : format_count(index->documents) + " documents");
        draw_samples(now, out, width);
    }
}

void WelcomeView::draw_ready(const Snapshot& now, Commands& out, float width) {
    const Workbench& bench = now.workbench;
    if (const JobSnapshot* failed = failed_build(now)) failure_strip(*failed, width, out);
    if (!bench.index_away.empty()) {
        section("The index of " + bench.collection + " is in a server that cannot be asked");
        paragraph(bench.index_away + ".", TextStyle::Body, colors().dim, width);
        ImGui::Dummy({0, dp(4)});
        if (button("Try again", ButtonKind::Primary, icon::kPlay)) out.emplace_back(OpenCollection{bench.collection});
        ImGui::SameLine();
        if (button("Index settings", ButtonKind::Quiet)) out.emplace_back(ShowView{"Index"});
        hover_text("The server's address, or an index on this machine in its place");
        return;
    }
    if (is_not_indexed(bench)) {
        const bool again = !bench.unusable_index.empty();
        section(again ? bench.collection + " has to be indexed again" : bench.collection + " is not indexed for " + bench.model);
        paragraph((again ? bench.unusable_index + "." : "Before it can be searched, the experts have to read its documents once.") +
                      " It runs in the background, can be stopped at any time and goes on where it was.",
                  TextStyle::Body, colors().dim, width);
        ImGui::Dummy({0, dp(4)});
        if (button(again ? "Index it again" : "Index it", ButtonKind::Primary, icon::kPlay)) out.emplace_back(BuildIndex{});
        ImGui::SameLine();
        if (button("Index settings", ButtonKind::Quiet)) out.emplace_back(ShowView{"Index"});
        hover_text("Where the index is to be, on this machine or in Milvus, and how much room it takes");
        return;
    }
    const bool partly = is_partly_indexed(bench);
    section("Ready: " + bench.model + " on " + bench.collection,
            partly ? indexed_words(*bench.index) : bench.index ? format_count(bench.index->documents) + " documents" : "");
    if (partly) {
        // Nothing builds it, or the progress would stand here instead.
        paragraph("The rest is not indexed yet. It can be read at any time, while you search what is there.",
                  TextStyle::Body, colors().dim, width);
        ImGui::Dummy({0, dp(2)});
        if (button("Go on", ButtonKind::Primary, icon::kPlay)) out.emplace_back(BuildIndex{});
        ImGui::Dummy({0, dp(8)});
    }
    if (now.offers_tour) {
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() - dp(12)); // its sign, not its ground, is on the edge
        if (button("Take the tour", ButtonKind::Quiet, icon::kPlay)) out.emplace_back(TakeTour{});
        hover_text("Five minutes: why the first result is first, shown on the real thing.");
    }
    paragraph("Ask something of your own in the bar above, or take one of these.", TextStyle::Body, colors().dim, width);
    ImGui::Dummy({0, dp(2)});
    draw_samples(now, out, width);
    if (bench.can_grow) {
        ImGui::Dummy({0, dp(16)});
        section("More to find", "the demo holds a part of this machine's packages");
        const std::string all = bench.demo.all_documents > 0 ? "Take all " + format_count(bench.demo.all_documents) + " packages" : "Take all packages";
        if (button(all, ButtonKind::Plain, icon::kPlus)) out.emplace_back(BuildDemo{.all = true});
        hover_text("Indexes the rest in the background. What is there already can be searched meanwhile.");
    }
}

void WelcomeView::draw_samples(const Snapshot& now, Commands& out, float width) {
    constexpr std::size_t kShown = 8;
    const auto& samples = now.workbench.samples;
    for (std::size_t sample_idx = 0; sample_idx < std::min(samples.size(), kShown); ++sample_idx) {
        const SampleQuery& sample = samples[sample_idx];
        const bool pressed = sample_row(("sample:" + sample.text).c_str(), sample.text, sample.category, width);
        if (pressed) {
            out.emplace_back(RunQuery{sample.text});
            out.emplace_back(ShowView{"Query bench"});
        }
    }
}

} // namespace cameo
