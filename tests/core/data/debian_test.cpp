// The Debian collection from made-up indexes; debian_apt_test.cpp asks the real one.

#include "core/base/error.hpp"
#include "core/data/collection_writer.hpp"
#include "core/data/debian_import.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Stanza> parse(std::string_view text, std::size_t piece, std::vector<std::string> fields) {
    std::vector<Stanza> found;
    StanzaParser parser(std::move(fields), [&](Stanza&& stanza) { found.push_back(std::move(stanza)); });
    for (std::size_t begin = 0; begin < text.size(); begin += piece)
        parser.feed(text.substr(begin, piece));
    parser.finish();
    return found;
}

TEST(StanzaParser, GivesTheSameInPiecesOfAnySize) {
    const std::string text = "Package: a\nTag: x::y,\n z\nOther: no\n more no\nSection: net\n\n\n"
                             "Package: b\nno colon here\nTag:\n only";
    for (const std::size_t piece : {1, 2, 7, 1000}) {
        const auto found = parse(text, piece, {"Package", "Tag", "Section"});
        ASSERT_EQ(found.size(), 2u) << piece;
        EXPECT_EQ(found[0], (Stanza{{"Package", "a"}, {"Tag", "x::y,\n z"}, {"Section", "net"}}));
        EXPECT_EQ(found[1], (Stanza{{"Package", "b"}, {"Tag", "\n only"}}));
    }
    EXPECT_EQ(parse("Package: a\xff\xfe", 3, {"Package"}).front().at("Package"), "a??");
}

TEST(DebianIndex, JoinsByNameAndFingerprint) {
    DebianIndex index;
    index.add_package({{"Package", "b"},
                       {"Source", "src (1.2)"},
                       {"Section", "contrib/net"},
                       {"Tag", "x::y,\n z::w"},
                       {"Description-md5", "1"}});
    index.add_package({{"Package", "b"}, {"Source", "later"}, {"Description-md5", "2"}});
    index.add_package({{"Package", "a"}, {"Description-md5", "3"}});
    index.add_package({{"Package", "c"}, {"Description-md5", "4"}});
    index.add_translation({{"Package", "b"}, {"Description-md5", "2"}, {"Description-en", "wrong one"}});
    index.add_translation(
        {{"Package", "b"},
         {"Description-md5", "1"},
         {"Description-en",
          "short words\n First line\n goes on.\n .\n List:\n  * one\n    and more\n  * two"}});
    index.add_translation({{"Package", "a"}, {"Description-md5", "3"}, {"Description-en", "only this"}});
    const auto packages = std::move(index).packages();
    ASSERT_EQ(packages.size(), 2u) << "c has no description";
    EXPECT_EQ(packages[0].source, "a");
    EXPECT_THAT(packages[0].paragraphs, testing::IsEmpty());
    const auto& b = packages[1];
    EXPECT_EQ(b.source, "src");
    EXPECT_EQ(b.section, "net");
    EXPECT_EQ(b.tags, "x::y, z::w");
    EXPECT_EQ(b.synopsis, "short words");
    EXPECT_THAT(b.paragraphs, ElementsAre("First line goes on.", "List:\n* one and more\n* two"));
    EXPECT_EQ(b.raw_characters, 10 + 1 + 8 + 1 + 5 + 1 + 6 + 1 + 11 + 1 + 6);
}

/// 60 words that no other seed has.
std::string words(int seed, int count = 60) {
    std::string text;
    for (int word = 0; word < count; ++word)
        text += (word ? " w" : "w") + std::to_string(seed) + "x" + std::to_string(word);
    return text;
}

DebianPackage package(const std::string& name, int seed) {
    DebianPackage result{.name = name,
                         .source = name,
                         .section = "net",
                         .synopsis = "synopsis of number w" + std::to_string(seed) + "x1",
                         .paragraphs = {words(seed)}};
    result.raw_characters = static_cast<std::int64_t>(result.paragraphs[0].size());
    return result;
}

std::set<std::string> chosen(std::vector<DebianPackage> packages) {
    DebianCounts counts;
    Progress progress;
    std::set<std::string> names;
    for (const auto& entry : select_debian(std::move(packages), counts, progress))
        names.insert(entry.document.id);
    return names;
}

using Names = std::set<std::string>;

TEST(SelectDebian, LeavesOutWhatNobodyLooksFor) {
    std::vector<DebianPackage> packages;
    int seed = 0;
    for (const auto* name : {"good", "x-dev", "x-doc", "x-dbg", "x-data", "libx", "librust-x", "golang-x",
                             "node-x", "ruby-x", "r-cran-x", "x-l10n-de", "developer"})
        packages.push_back(package(name, ++seed));
    auto transitional = package("old-name", ++seed);
    transitional.paragraphs.push_back("This is a transitional package.");
    packages.push_back(transitional);
    auto meta = package("everything", ++seed);
    meta.section = "metapackages";
    packages.push_back(meta);
    auto brief = package("brief", ++seed);
    brief.raw_characters = 199;
    packages.push_back(brief);
    EXPECT_EQ(chosen(packages), (Names{"good", "developer"}));
}

TEST(SelectDebian, LeavesOutSharedParagraphs) {
    const std::string shared =
        "This boilerplate stands in the descriptions of more packages than one, and so on.";
    auto a = package("a", 1), b = package("b", 2), c = package("c", 3);
    a.paragraphs.push_back(shared);
    b.paragraphs.push_back(shared);
    c.paragraphs = {words(3, 20), shared};
    c.raw_characters = 500;
    DebianCounts counts;
    Progress progress;
    const auto entries = select_debian({a, b, c}, counts, progress);
    EXPECT_EQ(counts.shared_paragraphs, 1);
    ASSERT_EQ(entries.size(), 2u) << "too little is left of c";
    for (const auto& entry : entries)
        EXPECT_THAT(entry.document.text, testing::Not(HasSubstr("boilerplate")));

    // Two packages of one source may share, three may not.
    auto one = package("s-one", 4), two = package("s-two", 5), three = package("s-three", 6);
    for (auto* member : {&one, &two, &three}) {
        member->source = "s";
        member->paragraphs.push_back(shared);
    }
    EXPECT_THAT(select_debian({one, two}, counts, progress).front().document.text, HasSubstr("boilerplate"));
    EXPECT_THAT(select_debian({one, two, three}, counts, progress).front().document.text,
                testing::Not(HasSubstr("boilerplate")));
}

TEST(SelectDebian, TakesOneOfEachSource) {
    auto main = package("s", 1), longer = package("s-extra", 2);
    longer.source = "s";
    longer.paragraphs = {words(2, 90)};
    EXPECT_EQ(chosen({main, longer}), (Names{"s"})) << "the package of the source's name";
    auto short_one = package("t-a", 3), long_one = package("t-b", 4);
    short_one.source = long_one.source = "t";
    long_one.paragraphs = {words(4, 90)};
    EXPECT_EQ(chosen({short_one, long_one}), (Names{"t-b"})) << "the longest where none has its name";
}

TEST(SelectDebian, LeavesOutNearDuplicatesAtJaccardOneHalf) {
    // 60 words are 57 4-grams. With the first 41 words in common 38 are shared of 2 * 57 - 38 = 76: exactly
    // one half.
    const auto variant = [](const char* name, int seed, int common) {
        auto result = package(name, seed);
        std::string text;
        for (int word = 0; word < 60; ++word)
            text +=
                (word ? " w" : "w") + std::to_string(word < common ? 1 : seed) + "x" + std::to_string(word);
        result.paragraphs = {text};
        return result;
    };
    EXPECT_EQ(chosen({package("a", 1), variant("b", 2, 41)}), (Names{"a"})) << "the first by name stays";
    EXPECT_EQ(chosen({package("a", 1), variant("b", 2, 40)}), (Names{"a", "b"}));
}

TEST(SelectDebian, NeedsASynopsisOfItsOwnOfThreeWords) {
    auto a = package("a", 1), b = package("b", 2), c = package("c", 3), d = package("d", 4);
    b.synopsis = "two words";
    c.synopsis = "The same synopsis";
    d.synopsis = "the same Synopsis";
    EXPECT_EQ(chosen({a, b, c, d}), (Names{"a"}));
}

TEST(SelectDebian, MakesEntriesForModels) {
    auto a = package("mpv", 1);
    a.tags = "x::y";
    a.synopsis = "alpha beta gamma delta";
    a.paragraphs = {"alpha beta gamma " + words(1)};
    auto b = package("b", 2);
    b.synopsis = "unseen words epsilon " + std::string("w2x1");
    auto c = package("c", 3);
    c.paragraphs = {words(3, 900)};
    c.synopsis = "mostly w3x1 w3x2 w3x3";
    DebianCounts counts;
    Progress progress;
    const auto entries = select_debian({a, b, c}, counts, progress);
    ASSERT_EQ(entries.size(), 3u);
    for (const auto& entry : entries) {
        EXPECT_EQ(entry.document.title, "") << "the name is no part of what models read";
        EXPECT_EQ(entry.query.id, entry.document.id);
        EXPECT_EQ(entry.split, debian_split(entry.document.fields.at("source")));
        EXPECT_EQ(entry.document.fields.at("synopsis"), entry.query.text);
        if (entry.document.id == "mpv") {
            EXPECT_EQ(entry.query.category, "mixed") << "three of four";
            EXPECT_EQ(
                entry.document.fields,
                (std::map<std::string, std::string>{
                    {"section", "net"}, {"source", "mpv"}, {"synopsis", a.synopsis}, {"tags", "x::y"}}));
        } else if (entry.document.id == "b") {
            EXPECT_EQ(entry.query.category, "semantic");
        } else {
            EXPECT_LE(entry.document.text.size(), 2000u);
            EXPECT_GT(entry.document.text.size(), 1980u);
            EXPECT_THAT(c.paragraphs[0], testing::StartsWith(entry.document.text + " "))
                << "cut between words";
        }
    }
}

TEST(SelectDebianTraining, TakesOthersOfTheTrainSplit) {
    // tmux, vlc, curl, fish: train; htop: test.
    auto chosen_one = package("tmux", 1), its_library = package("libtmux", 2), library = package("libvlc", 3),
         of_test = package("libhtop", 4), transitional = package("curl-old", 5), same_text = package("libfish", 6),
         same_synopsis = package("libvim-dev", 7), brief = package("libgimp", 8);
    its_library.source = "tmux";
    library.source = "vlc";
    of_test.source = "htop";
    transitional.source = "curl";
    transitional.synopsis = "transitional package to something";
    same_text.source = "fish";
    same_text.paragraphs = {words(1, 55) + " and five more words here"};
    same_synopsis.source = "vim";
    same_synopsis.synopsis = "Synopsis of number W1x1";
    brief.source = "gimp";
    brief.synopsis = "two words";
    const std::vector packages{chosen_one, its_library, library, of_test, transitional, same_text, same_synopsis, brief};
    DebianCounts counts;
    Progress progress;
    const auto chosen = select_debian(packages, counts, progress);
    ASSERT_EQ(chosen.size(), 1u);
    const auto further = select_debian_training(packages, chosen, progress);
    ASSERT_EQ(further.size(), 1u);
    EXPECT_EQ(further[0].document.id, "libvlc");
    EXPECT_EQ(further[0].split, "train");
    EXPECT_EQ(further[0].query.text, library.synopsis);
}

TEST(SelectDebian, SplitsByTheSourcesHash) {
    // python3: int(hashlib.sha256(b"mpv").hexdigest()[:8], 16) % 10, and so on
    EXPECT_EQ(debian_split("tmux"), "train"); // 1
    EXPECT_EQ(debian_split("vlc"), "train");  // 2
    EXPECT_EQ(debian_split("curl"), "train"); // 3
    EXPECT_EQ(debian_split("fish"), "train"); // 4
    EXPECT_EQ(debian_split("vim"), "train");  // 5
    EXPECT_EQ(debian_split("gimp"), "train"); // 6
    EXPECT_EQ(debian_split("mpv"), "train");  // 7
    EXPECT_EQ(debian_split("htop"), "test");  // 9
}

class StoreDebian : public testing::Test {
protected:
    static std::vector<DebianEntry> entries(int count) {
        std::vector<DebianPackage> packages;
        for (int seed = 0; seed < count; ++seed)
            packages.push_back(package("p" + std::to_string(seed), seed));
        DebianCounts counts;
        Progress progress;
        return select_debian(packages, counts, progress);
    }
    ImportReport store(const std::vector<DebianEntry>& list, std::int64_t documents) {
        Progress progress;
        return store_debian(list, {documents}, m_file, {{"index date", "2026-01-01"}}, progress);
    }
    std::vector<std::string> ids() const {
        std::vector<std::string> found;
        Collection::open(m_file)->for_each_document(0, [&](DocumentOrdinal, const Document& document) {
            found.push_back(document.id);
            return true;
        });
        return found;
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "debian.sqlite";
};

TEST_F(StoreDebian, QuickStartHasAllTestAndDevAndGrowthKeepsOrdinals) {
    const auto all = entries(200);
    ASSERT_EQ(all.size(), 200u);
    const auto judged =
        std::count_if(all.begin(), all.end(), [](const auto& entry) { return entry.split != "train"; });
    EXPECT_EQ(store(all, 80).documents, 80);
    const auto first = ids();
    const auto small = Collection::open(m_file);
    EXPECT_EQ(small->queries("test").size() + small->queries("dev").size(), static_cast<std::size_t>(judged));
    EXPECT_EQ(small->queries("train").size(), static_cast<std::size_t>(80 - judged));
    for (const auto& split : small->splits())
        for (const auto& [query, grades] : small->qrels(split))
            EXPECT_EQ(grades, (Grades{{query, 1}}));

    EXPECT_EQ(store(all, 0).documents, 200);
    const auto grown = ids();
    ASSERT_EQ(grown.size(), 200u);
    EXPECT_TRUE(std::equal(first.begin(), first.end(), grown.begin()));
    const auto large = Collection::open(m_file);
    EXPECT_TRUE(large->grew_from(small->version()));
    EXPECT_EQ(large->queries("test").size(), small->queries("test").size());

    const auto again = store(all, 80);
    EXPECT_EQ(again.documents, 200) << "asking for fewer takes nothing away";
    EXPECT_THAT(again.remarks, ElementsAre("nothing to add: the collection has 200 documents already"));
}

TEST_F(StoreDebian, GrowsFromAnIndexThatMovedOn) {
    store(entries(50), 30);
    const auto first = ids();
    auto moved = entries(60);
    for (auto& entry : moved)
        entry.document.text += " changed";
    store(moved, 0);
    const auto grown = ids();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), grown.begin()));
    EXPECT_EQ(std::set(grown.begin(), grown.end()).size(), 60u);
}

// Empty places were counted as documents: as many as were removed were added, taken for none and thrown away.
TEST_F(StoreDebian, GrowsAfterARemoval) {
    const auto all = entries(100);
    store(all, 80);
    const auto first = ids();
    {
        Progress progress;
        const auto writer = CollectionWriter::grow(m_file, progress);
        for (std::size_t at = 0; at < 5; ++at) EXPECT_TRUE(writer->remove(first[at]));
        writer->commit();
    }
    EXPECT_EQ(store(all, 80).documents, 80);
    EXPECT_EQ(Collection::open(m_file)->documents(), 80);
    EXPECT_EQ(Collection::open(m_file)->size(), 85);
    EXPECT_THAT(store(all, 80).remarks, ElementsAre("nothing to add: the collection has 80 documents already"));
}

// Importing began by opening what was there, so the advice of a damaged collection, "import it again", failed
// with the same sentence for ever.
TEST_F(StoreDebian, MakesADamagedCollectionAnew) {
    const auto all = entries(300);
    const auto damage = [&](std::streamoff from, std::streamoff count) {
        std::fstream file(m_file, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(from);
        for (; count > 0; --count)
            file.put('\x5a');
    };
    const auto repaired = [&] {
        const auto report = store(all, 0);
        EXPECT_EQ(report.documents, 300);
        EXPECT_THAT(report.remarks, ElementsAre(HasSubstr("was damaged, so it was made anew")));
        EXPECT_EQ(ids().size(), 300u);
        EXPECT_THAT(store(all, 0).remarks, ElementsAre(HasSubstr("nothing to add")));
    };
    store(all, 200);
    damage(0, 50); // no SQLite file any more
    repaired();
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(m_file));
    damage(size / 2, 200); // in the documents
    repaired();
    std::filesystem::resize_file(m_file, static_cast<std::uintmax_t>(size / 2));
    repaired();
    std::filesystem::resize_file(m_file, 0);
    repaired();
}

TEST_F(StoreDebian, RefusesACollectionOfAnotherOrigin) {
    const auto list = entries(3);
    store(list, 0);
    TemporaryFolder source, home;
    std::ofstream(source / "corpus.jsonl") << "{\"_id\":\"1\",\"text\":\"one\"}\n";
    const ScopedVariable variable("CAMEO_HOME", home.path().c_str());
    Progress progress;
    import_collection(source.path(), "debian", progress);
    try {
        store_debian(list, {}, home / "data/collections/debian.sqlite", {}, progress);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("is a collection of another origin"));
    }
    EXPECT_THROW(store_debian({}, {}, m_folder / "none.sqlite", {}, progress), Error) << "nothing to store";
    EXPECT_FALSE(std::filesystem::exists(m_folder / "none.sqlite"));
}

TEST(ImportDebian, SaysThatThereIsNoApt) {
    TemporaryFolder home;
    const ScopedVariable data("CAMEO_HOME", home.path().c_str()), cache("CAMEO_CACHE", home.path().c_str());
    const ScopedVariable path("PATH", home.path().c_str());
    Progress progress;
    try {
        import_debian({}, progress);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_THAT(error.what(), HasSubstr("this machine has no apt; import another collection instead"));
    }
}

} // namespace
} // namespace cameo
