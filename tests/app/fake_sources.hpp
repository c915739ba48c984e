#pragma once

#include "app/workbench/sources.hpp"
#include "core/base/error.hpp"
#include "core/milvus/client.hpp"
#include "tests/support/fake_search.hpp"

#include <atomic>
#include <memory>

namespace cameo {

/// A model "fake" and a collection "fakes" of nine documents about playing music, in memory. Parts can be taken away,
/// to see what the window makes of it.
struct FakeSources {
    FakeSources() {
        const std::vector<std::string> words{"play", "music", "terminal", "audio", "player", "game", "sound", "files", "edit"};
        model = std::make_shared<FakeModel>(words);
        auto filled = std::make_shared<FakeCollection>();
        const auto add = [&](const char* id, const char* title, const char* text) {
            filled->documents.push_back({.id = id, .title = title, .text = text});
        };
        add("cmus", "music player", "play music terminal audio");
        add("moc", "audio player", "terminal music player sound");
        add("vim", "edit files", "edit files terminal");
        add("chess", "game", "play game terminal");
        add("sox", "sound files", "edit sound files audio");
        add("mpg123", "player", "play audio files");
        add("nano", "edit", "edit files");
        add("tetris", "game play", "game terminal");
        add("ardour", "audio edit", "edit audio music sound");
        filled->all_queries = {{"q1", "play music", "lexical"}, {"q2", "edit sound", "semantic"}};
        filled->judged["q1"]["cmus"] = 1;
        collection = std::move(filled);
        auto little = std::make_shared<FakeCollection>("others");
        little->documents.push_back({.id = "bb", .title = "game", .text = "play game"});
        other = std::move(little);
    }

    WorkbenchSources sources() {
        WorkbenchSources made;
        made.probe_device = [] { return DeviceInfo{.device = "cpu", .name = "a processor", .threads = 2}; };
        made.list_models = [this] {
            if (lists_broken) throw Error(ErrorKind::Environment, "models: cannot be read");
            auto listed = more_models;
            if (!empty) listed.push_back({"fake", "assembly"});
            return listed;
        };
        made.list_collections = [this] {
            auto listed = more_collections;
            if (!empty) listed.push_back({"fakes", 9, 2});
            return listed;
        };
        made.open_model = [this](const std::string& name) -> std::shared_ptr<const Model> {
            ++models_opened;
            if (second && (name == second->name() || name == second_folder)) return second;
            if (name != "fake" || model_broken) throw Error(ErrorKind::NotFound, name + ": there is no such model");
            return model;
        };
        made.open_collection = [this](const std::string& name) -> std::shared_ptr<const Collection> {
            return name == "others" ? other : collection;
        };
        made.open_index = [this](const std::string& model_name, const std::string& name) -> std::shared_ptr<const Index> {
            if (!indexed || (second && model_name == second->name() && !second_indexed)) return nullptr;
            if (server_away) throw MilvusError(MilvusError::Cause::Unreachable, ErrorKind::Environment, "milvus://host:1: the server does not answer");
            if (index_damaged) throw Error(ErrorKind::InvalidInput, "shard-0: damaged");
            const FakeModel& of = second && model_name == second->name() ? *second : *model;
            return std::make_shared<FakeIndex>(of, name == "others" ? *other : *collection);
        };
        made.build_demo = [this](bool, const std::function<void(SearchEnginePointer)>& searchable, Progress& progress) {
            progress.begin("encoding documents", Unit::Documents, 9);
            while (hold_at_once) progress.check_cancelled();
            if (demo_hopeless) throw Error(ErrorKind::Environment, "network: not reachable");
            for (std::int64_t documents = 3; documents <= 9; documents += 3) {
                searchable(std::make_shared<const SearchEngine>(model, collection,
                                                                std::make_shared<FakeIndex>(*model, *collection, documents)));
                progress.advance(3);
                while (hold && documents == 3) progress.check_cancelled();
                if (demo_fails) throw Error(ErrorKind::Environment, "disk: no room left");
            }
            empty = false;
            indexed = true;
        };
        made.build_index = [this](const Model& of, const Collection&, const IndexOrder& order, Progress& progress) {
            ordered = order;
            progress.begin("encoding documents", Unit::Documents, 9);
            if (order.on_forecast) order.on_forecast({.documents = 9, .seconds = 90, .bytes = 1'000'000, .free = 2'000'000'000});
            if (order.on_partial) order.on_partial(std::make_shared<FakeIndex>(*model, *collection, 4));
            while (hold_index) progress.check_cancelled();
            while (hold && second && of.name() == second->name()) progress.check_cancelled();
            progress.advance(9);
            indexed = second_indexed = true;
            index_damaged = false;
            if (order.settings) settings = order.settings;
            IndexReport report;
            report.experts.push_back({.name = "local", .kind = ExpertKind::Local, .drift = drift});
            return report;
        };
        made.index_settings = [this](const std::string&, const std::string&) { return indexed ? settings : std::nullopt; };
        made.add_documents = [this](const std::string&, const std::filesystem::path& path, Progress& progress) {
            while (hold_documents) progress.check_cancelled();
            if (path.empty()) throw Error(ErrorKind::InvalidInput, "corpus.jsonl, line 1: not JSON");
            added = path;
            return CollectionChange{.added = 2, .replaced = 1, .documents = 11};
        };
        made.remove_document = [this](const std::string&, const std::string& id, Progress&) {
            removed = id;
            return CollectionChange{.removed = 1, .documents = 8};
        };
        made.default_fusion = [](const Model&) { return FusionSpec{.method = FusionMethod::MinMax}; };
        return made;
    }

    std::shared_ptr<FakeModel> model;
    std::shared_ptr<FakeModel> second; ///< another one that can be opened by its name; null: there is none
    std::string second_folder;         ///< or by this
    std::shared_ptr<const FakeCollection> collection, other;
    std::vector<ModelSummary> more_models; ///< listed before "fake", and not there to be opened
    std::vector<CollectionSummary> more_collections; ///< listed before "fakes"
    std::atomic<bool> empty{false}, indexed{true}, second_indexed{true}, index_damaged{false}, server_away{false}, model_broken{false}, demo_fails{false}, hold{false};
    std::atomic<bool> lists_broken{false}, demo_hopeless{false}, hold_at_once{false};
    std::atomic<bool> hold_index{false}, hold_documents{false};
    std::atomic<int> models_opened{0};
    // Of jobs, to be read once these have ended.
    std::optional<IndexSettings> settings = IndexSettings(); ///< of the index that is there
    IndexOrder ordered;
    double drift = 0; ///< that a build reports
    std::filesystem::path added;
    std::string removed;
};

} // namespace cameo
