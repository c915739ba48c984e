#include "views/index_view.hpp"

#include "views/builds.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/index_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <array>
#include <imgui_stdlib.h>
#include <utility>

namespace cameo {
namespace {

constexpr float kNameWidth = 130, kControlWidth = 250;
constexpr std::uint64_t kGigabyte = 1'000'000'000;

struct Choice {
    const char* title;
    const char* help;
};
struct BitsChoice : Choice {
    std::int32_t bits;
};
constexpr std::array<BitsChoice, 4> kBits{{
    {{"Half precision", "2 bytes a value, 256 a token vector at width 128"}, 0},
    {{"4 bits a value", "67 bytes a token vector at width 128"}, 4},
    {{"2 bits a value", "35 bytes a token vector at width 128"}, 2},
    {{"1 bit a value", "19 bytes a token vector at width 128"}, 1},
}};
struct PoolingChoice : Choice {
    std::int32_t together;
};
constexpr std::array<PoolingChoice, 4> kPoolings{{
    {{"One vector for each token", "nothing is pooled"}, 1},
    {{"One vector for 2 tokens", "half the bytes; those that are alike share their mean"}, 2},
    {{"One vector for 3 tokens", "a third of the bytes; those that are alike share their mean"}, 3},
    {{"One vector for 4 tokens", "a quarter of the bytes; those that are alike share their mean"}, 4},
}};
struct StructureChoice : Choice {
    const char* factory;
};
constexpr std::array<StructureChoice, 3> kStructures{{
    {{"By size", "exactly up to 64 MB of vectors, by a graph beyond"}, ""},
    {{"Exactly", "every vector is compared"}, "Flat"},
    {{"By a graph", "approximate, and fast for millions of documents"}, "HNSW32"},
}};
constexpr std::array<std::uint64_t, 5> kMemories{0, 2, 4, 8, 16};

/// The name of a setting, and room for its control behind it. `hint` stands behind the control where there is room.
void setting(const char* name, std::string_view hint) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
    const bool narrow = width < dp(kNameWidth + kControlWidth);
    const float baseline = std::round(at.y + (height - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, {at.x, baseline}, TextStyle::Body, ink(colors().text), name, narrow ? width : dp(kNameWidth - 8));
    const float beside = width - dp(kNameWidth + kControlWidth + 14);
    if (!narrow && beside > dp(80)) draw_text(list, {at.x + width - beside, baseline}, TextStyle::Small, ink(colors().dim), hint, beside);
    ImGui::Dummy({narrow ? width : dp(kNameWidth), height});
    if (!narrow) ImGui::SameLine(0, 0);
    ImGui::SetNextItemWidth(std::min(dp(kControlWidth), ImGui::GetContentRegionAvail().x));
}

bool chosen(const Choice& choice, bool is) {
    const bool pressed = ImGui::Selectable(choice.title, is);
    hover_text(choice.help);
    return pressed;
}

bool has_kind(const Workbench& bench, ExpertKind kind) { return std::ranges::find(bench.experts, kind, &ExpertInfo::kind) != bench.experts.end(); }

std::string drift_words(const ExpertIndexInfo& expert) { return expert.drift > 0 ? format_score(expert.drift, 2) : std::string("\u2013"); }

} // namespace

IndexView::IndexView()
    : View("Index",
           {.what = "What the model's experts find this collection's documents by, where it lies, and how it is to be made.",
            .formula = "Whatever finds candidates, every expert scores every one of them exactly from what is stored.",
            .reading = "Change what you like: nothing happens before the button. Indexing runs in the background, can be stopped at any time and goes on where it was. The table says what each "
                       "expert's part costs and whether it looks at all documents.",
            .healthy = "Exact, as long as that is fast enough; the drift of compressed token vectors near 1.",
            .sick = "A drift above 1.25: documents came that are unlike those that the compression was fitted to."},
           true) {}

void IndexView::draw_contents(const Snapshot& now, Commands& out) {
    const Workbench& bench = now.workbench;
    if (bench.phase != Phase::Ready) {
        if (bench.phase == Phase::Loading) loading_state("Opening " + bench.model, bench.collection.empty() ? std::string() : "with the collection " + bench.collection, out);
        else if (bench.phase == Phase::Failed) failed_state("The model or the collection did not open", bench.error, "Choose another one in the bar above.", {}, out);
        else if (empty_state(icon::kCollection, "Nothing to index yet", "An index is of a model and a collection; the demo brings both.", "Set up the demo")) out.emplace_back(ShowView{"Welcome"});
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##index", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        label(bench.model + " on " + bench.collection, TextStyle::Strong, colors().text);
        draw_experts(now, out);
        ImGui::Dummy({0, dp(space::kUnit)});
        draw_settings(now, out);
        draw_build(now, out);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void IndexView::draw_experts(const Snapshot& now, Commands& out) const {
    const Workbench& bench = now.workbench;
    if (!bench.unusable_index.empty()) strip(StripKind::Error, "The index that is there does not serve: " + bench.unusable_index + ".");
    if (!bench.index_away.empty() && !bench.building) {
        if (strip(StripKind::Error, "The server with the index cannot be asked: " + bench.index_away + ".", "Try again")) out.emplace_back(OpenCollection{bench.collection});
        return;
    }
    if (is_not_indexed(bench)) {
        paragraph("No document is indexed yet.", TextStyle::Body, colors().dim);
        return;
    }
    double bytes = 0;
    for (const ExpertIndexInfo& expert : bench.index->experts) bytes += expert.bytes_per_document;
    const auto documents = bench.index->documents;
    const std::string searchable = is_partly_indexed(bench) ? indexed_words(*bench.index) : format_count(documents) + " documents";
    paragraph(searchable + (now.index_plan.is_there ? ", " + where_words(now.index_plan.first) : "") + ": about " +
                  format_bytes(static_cast<std::uint64_t>(bytes * static_cast<double>(documents))) + ".",
              TextStyle::Body, colors().dim);
    ImGui::Dummy({0, dp(2)});
    constexpr auto kFlags = ImGuiTableFlags_PadOuterX | ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_BordersInnerH;
    constexpr std::array<const char*, 6> kHeads{"Expert", "Finds by", "Bytes a document", "Looks at", "Cut off", "Drift"};
    constexpr std::array<const char*, 6> kHelp{"", "What finds its candidates.", "What is stored of a document for this expert, and what finds it.",
                                               "All documents, or those that an approximate search comes by. Findings measures what that misses.",
                                               "Documents that are longer than the expert reads.",
                                               "How many times as much the compression loses of the latest documents as of those that it was fitted to."};
    if (!ImGui::BeginTable("##experts", int(kHeads.size()), kFlags | ImGuiTableFlags_ScrollX, {0, (line_height(TextStyle::Body) + 2 * ImGui::GetStyle().CellPadding.y) * float(bench.index->experts.size() + 1) + dp(14)})) return;
    // Figures stand on the right of their columns, on the line of the words beside them.
    const auto put = [](const std::string& words, TextStyle style, Rgb color, bool right) {
        ImGui::TableNextColumn();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float width = text_width(style, words), room = std::max(ImGui::GetContentRegionAvail().x - width, 0.0f);
        draw_text(*ImGui::GetWindowDrawList(), {at.x + (right ? room : 0), at.y + ascent(TextStyle::Body)}, style, ink(color), words);
        ImGui::Dummy({width, line_height(TextStyle::Body)});
    };
    constexpr std::array<bool, 6> kFigures{false, false, true, false, true, true};
    for (std::size_t head = 0; head < kHeads.size(); ++head) {
        put(kHeads[head], TextStyle::SmallStrong, colors().dim, kFigures[head]);
        if (*kHelp[head]) hover_text(kHelp[head]);
    }
    std::vector<ExpertKind> kinds;
    for (const ExpertIndexInfo& expert : bench.index->experts) kinds.push_back(expert.kind);
    const auto styles = expert_styles(kinds);
    for (std::size_t expert_idx = 0; expert_idx < kinds.size(); ++expert_idx) {
        const ExpertIndexInfo& expert = bench.index->experts[expert_idx];
        ImGui::TableNextColumn();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_mark(*ImGui::GetWindowDrawList(), {at.x + dp(5), at.y + line_height(TextStyle::Body) / 2}, styles[expert_idx], 9, true);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + dp(18));
        label(heading(expert.name), TextStyle::Body, colors().text);
        put(expert.structure, TextStyle::Body, colors().text, false);
        put(format_count(static_cast<std::int64_t>(expert.bytes_per_document + 0.5)), TextStyle::Mono, colors().text, true);
        put(expert.exact_candidates ? "all" : "some", TextStyle::Body, colors().text, false);
        put(expert.truncated_documents > 0 ? format_count(expert.truncated_documents) : std::string("\u2013"), TextStyle::Mono, colors().text, true);
        put(drift_words(expert), TextStyle::Mono, expert.drift > kMuchDrift ? colors().error : colors().text, true);
    }
    ImGui::EndTable();
    const auto drifted = std::ranges::find_if(bench.index->experts, [](const ExpertIndexInfo& expert) { return expert.drift > kMuchDrift; });
    if (drifted != bench.index->experts.end() && !bench.building &&
        strip(StripKind::Error,
              heading(drifted->name) + ": the compression loses " + format_score(drifted->drift, 1) +
                  " times as much of the latest documents as of those that it was fitted to. Fitting it to all of them encodes every document again.",
              "Fit it anew"))
        out.emplace_back(BuildIndex{.new_codecs = true});
}

void IndexView::draw_settings(const Snapshot& now, Commands& out) {
    const IndexPlan& plan = now.index_plan;
    IndexSettings wanted = plan.wanted;
    std::uint64_t memory = plan.memory;
    section("How it is made");
    ImGui::BeginDisabled(now.workbench.building);
    setting("Where", "Milvus is for what one machine does not hold");
    if (ImGui::BeginCombo("##where", wanted.in_milvus ? "In a Milvus server" : "On this machine")) {
        if (chosen({"On this machine", "files beside your models and collections"}, !wanted.in_milvus)) wanted.in_milvus = false;
        if (chosen({"In a Milvus server", "a server of your own that runs already"}, wanted.in_milvus)) wanted.in_milvus = true;
        ImGui::EndCombo();
    }
    if (wanted.in_milvus) draw_server(now.workbench, plan, wanted, out);
    else draw_here(now.workbench, wanted, memory);
    ImGui::EndDisabled();
    if (wanted != plan.wanted || memory != plan.memory) out.emplace_back(PlanIndex{std::move(wanted), memory});
}

void IndexView::draw_pooling(IndexSettings& wanted) const {
    const auto known = std::ranges::find(kPoolings, wanted.token_pooling, &PoolingChoice::together);
    const std::string other = "One vector for " + std::to_string(wanted.token_pooling) + " tokens"; // the command line takes more
    setting("Token pooling", known != kPoolings.end() ? known->help : "those that are alike share their mean");
    if (!ImGui::BeginCombo("##pooling", known != kPoolings.end() ? known->title : other.c_str())) return;
    for (const PoolingChoice& choice : kPoolings)
        if (chosen(choice, choice.together == wanted.token_pooling)) wanted.token_pooling = choice.together;
    ImGui::EndCombo();
}

void IndexView::draw_server(const Workbench& bench, const IndexPlan& plan, IndexSettings& wanted, Commands& out) {
    setting("Address", "milvus+tls:// encrypts what is sent");
    ImGui::InputTextWithHint("##address", "milvus://localhost:19530", &wanted.address);
    if (!plan.refusal.empty() && !wanted.address.empty()) strip(StripKind::Error, plan.refusal + ".");
    setting("Token", plan.holds_token ? "in memory only, until Cameo is closed; an empty one forgets it" : "user:password or a key, if the server wants one");
    const bool entered = ImGui::InputTextWithHint("##token", plan.holds_token ? "A token is held" : "None", &m_token,
                                                  ImGuiInputTextFlags_Password | ImGuiInputTextFlags_EnterReturnsTrue);
    if (entered || (ImGui::IsItemDeactivatedAfterEdit() && !m_token.empty())) out.emplace_back(HoldToken{std::exchange(m_token, {})});
    setting("Pooled vectors", "how the server finds them");
    if (ImGui::BeginCombo("##dense", wanted.graph_in_milvus ? "By a graph (HNSW)" : "Exactly (FLAT)")) {
        if (chosen({"Exactly (FLAT)", "every vector is compared"}, !wanted.graph_in_milvus)) wanted.graph_in_milvus = false;
        if (chosen({"By a graph (HNSW)", "approximate, and fast for millions of documents"}, wanted.graph_in_milvus)) wanted.graph_in_milvus = true;
        ImGui::EndCombo();
    }
    if (has_kind(bench, ExpertKind::Local)) draw_pooling(wanted);
}

void IndexView::draw_here(const Workbench& bench, IndexSettings& wanted, std::uint64_t& memory) {
    if (has_kind(bench, ExpertKind::Local)) {
        const auto& now = *std::ranges::find(kBits, wanted.local_bits, &BitsChoice::bits);
        setting("Token vectors", now.help);
        if (ImGui::BeginCombo("##bits", now.title)) {
            for (const BitsChoice& choice : kBits)
                if (chosen(choice, choice.bits == wanted.local_bits)) wanted.local_bits = choice.bits;
            ImGui::EndCombo();
        }
        draw_pooling(wanted);
    }
    if (has_kind(bench, ExpertKind::Global)) {
        const auto known = std::ranges::find(kStructures, wanted.global_structure, [](const StructureChoice& choice) { return std::string(choice.factory); });
        const bool own = m_own_structure || known == kStructures.end();
        setting("Pooled vectors", own ? "any structure of FAISS's factory" : known->help);
        if (ImGui::BeginCombo("##structure", own ? "As FAISS names it" : known->title)) {
            for (const StructureChoice& choice : kStructures)
                if (chosen(choice, !own && choice.factory == wanted.global_structure)) {
                    wanted.global_structure = choice.factory;
                    m_own_structure = false;
                }
            if (chosen({"As FAISS names it", "IVF1024,SQ8 and the like"}, own)) m_own_structure = true;
            ImGui::EndCombo();
        }
        if (own) {
            setting("", "such as IVF1024,SQ8");
            ImGui::InputTextWithHint("##factory", "IVF1024,SQ8", &wanted.global_structure);
        }
    }
    if (has_kind(bench, ExpertKind::Lexical)) {
        setting("Sparse vectors", wanted.seismic ? "approximate; for collections of many millions" : "every list that can matter is read");
        if (ImGui::BeginCombo("##sparse", wanted.seismic ? "By their heaviest terms (Seismic)" : "Exactly")) {
            if (chosen({"Exactly", "the lists are those of brute force"}, !wanted.seismic)) wanted.seismic = false;
            if (chosen({"By their heaviest terms (Seismic)", "up to hundreds of thousands of documents it is slower than exact search"}, wanted.seismic)) wanted.seismic = true;
            ImGui::EndCombo();
        }
    }
    setting("Memory", "what building may take");
    const auto words = [](std::uint64_t gigabytes) { return gigabytes == 0 ? std::string("As much as it needs") : std::to_string(gigabytes) + " GB"; };
    if (ImGui::BeginCombo("##memory", words(memory / kGigabyte).c_str())) {
        for (const std::uint64_t gigabytes : kMemories)
            if (ImGui::Selectable(words(gigabytes).c_str(), gigabytes == memory / kGigabyte)) memory = gigabytes * kGigabyte;
        ImGui::EndCombo();
    }
}

void IndexView::draw_build(const Snapshot& now, Commands& out) const {
    const IndexPlan& plan = now.index_plan;
    const Workbench& bench = now.workbench;
    ImGui::Dummy({0, dp(4)});
    if (bench.building) {
        if (plan.forecast) paragraph(forecast_words(*plan.forecast), TextStyle::Body, colors().text);
        if (const JobSnapshot* job = running_build(now)) building_state(*job, "You can search what is indexed already.", out);
        return;
    }
    if (const JobSnapshot* failed = failed_build(now)) strip(StripKind::Error, failed->error);
    const bool whole = bench.index && !is_partly_indexed(bench) && !is_not_indexed(bench) && bench.unusable_index.empty();
    const bool waits = !bench.index_away.empty() && !plan.changed();
    if (plan.wanted.in_milvus && plan.wanted.address.empty()) paragraph("Enter the server's address: nothing can be put there without it.", TextStyle::Body, colors().dim);
    else if (waits) paragraph("As soon as the server answers, what it has is searched again. Anywhere else, every document is encoded anew.", TextStyle::Body, colors().dim);
    else if (plan.refusal.empty()) paragraph(whole && !plan.changed() ? "Everything is indexed, as it is set here." : plan_words(plan), TextStyle::Body, colors().dim);
    if (waits) return;
    ImGui::Dummy({0, dp(2)});
    const bool possible = (!whole || plan.changed()) && plan.refusal.empty();
    ImGui::BeginDisabled(!possible);
    if (button(plan.is_there && plan.changed() ? "Make it so" : plan.is_there && !whole ? "Go on" : "Index it", ButtonKind::Primary, icon::kPlay)) out.emplace_back(BuildIndex{});
    ImGui::EndDisabled();
    if (!plan.changed()) return;
    ImGui::SameLine();
    if (button(plan.is_there ? "As it is" : "As proposed", ButtonKind::Quiet)) out.emplace_back(PlanIndex{plan.first, plan.memory});
}

std::optional<ViewTable> IndexView::table(const Snapshot& now) const {
    const Workbench& bench = now.workbench;
    if (bench.phase != Phase::Ready || is_not_indexed(bench)) return {};
    ViewTable made{.title = title(), .columns = {"expert", "finds by", "bytes a document", "looks at all", "cut off", "drift"}};
    made.about = {{"model", bench.index->model + ", version " + bench.index->model_version}, {"collection", bench.index->collection + ", version " + bench.index->collection_version},
                  {"documents", format_count(bench.index->documents)}};
    for (const ExpertIndexInfo& expert : bench.index->experts)
        made.rows.push_back({expert.name, expert.structure, expert.bytes_per_document, std::string(expert.exact_candidates ? "yes" : "no"), expert.truncated_documents,
                             expert.drift > 0 ? ViewCell(expert.drift) : ViewCell()});
    return made;
}

} // namespace cameo
