// Each reader against small texts, and against damage: one sentence with file, line, found and expected.

#include "core/base/error.hpp"
#include "core/data/readers.hpp"
#include "core/data/run_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <chrono>
#include <fstream>

namespace cameo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Reader : public testing::Test {
protected:
    std::filesystem::path write(std::string_view text, const std::string& name = "file.txt") {
        const auto path = m_folder / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

    std::vector<Document> documents(void (*read)(LineReader&, const TakeDocument&), std::string_view text) {
        LineReader reader(write(text));
        std::vector<Document> found;
        read(reader, [&](Document&& document) { found.push_back(std::move(document)); });
        return found;
    }

    std::vector<Query> queries(void (*read)(LineReader&, const TakeQuery&), std::string_view text) {
        LineReader reader(write(text));
        std::vector<Query> found;
        read(reader, [&](Query&& query) { found.push_back(std::move(query)); });
        return found;
    }

    TemporaryFolder m_folder;
};

template <typename Work>
std::string error_of(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST_F(Reader, JsonLinesWithTitleMetadataBlankLinesAndByteOrderMark) {
    const auto found =
        documents(read_jsonl_documents,
                  "\xef\xbb\xbf{\"_id\": \"a\", \"title\": \"T\", \"text\": \"é\\n\"}\r\n\n"
                  "{\"_id\": 7, \"text\": \"\", \"metadata\": {\"url\": \"u\", \"year\": 3, \"x\": []}}");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].content(), "T é\n");
    EXPECT_EQ(found[1].id, "7");
    EXPECT_EQ(found[1].content(), "");
    EXPECT_EQ(found[1].fields, (std::map<std::string, std::string>{{"url", "u"}, {"year", "3"}}));
}

TEST_F(Reader, JsonLinesSayWhatIsWrong) {
    const auto error = [&](std::string_view text) {
        return error_of([&] { documents(read_jsonl_documents, text); });
    };
    const std::string good = "{\"_id\": \"1\", \"text\": \"x\"}\n";
    EXPECT_THAT(error(good + "{\"_id\": \"2\""),
                AllOf(HasSubstr("file.txt, line 2: found \"{\"_id\": \"2\"\", which is not JSON"),
                      HasSubstr("expected a document such as")));
    EXPECT_THAT(error("[]"), HasSubstr("line 1: found a JSON array, expected"));
    EXPECT_THAT(error("{\"text\": \"x\"}"), HasSubstr("found no \"_id\", expected"));
    EXPECT_THAT(error("{\"_id\": \"1\"}"), HasSubstr("found no \"text\", expected"));
    EXPECT_THAT(error("{\"_id\": \"1\", \"text\": []}"), HasSubstr("\"text\" that is a JSON array"));
    EXPECT_THAT(error("{\"_id\": \"\", \"text\": \"\"}"), HasSubstr("an empty \"_id\""));
    EXPECT_THAT(
        error(good + "{\"_id\": \"2\", \"text\": \"\xff\"}"),
        HasSubstr("line 2: found byte 0xFF at column 23, which is not UTF-8, expected text in UTF-8"));
    EXPECT_THAT(error("{\"_id\": \"2\", \"text\": \"\\ud800\"}"), HasSubstr("not JSON"));
}

// Only JSON's grammar was expected to fail: a number beyond double's range ended in "internal error".
TEST_F(Reader, JsonNumbersOutOfRangeAreSaid) {
    const auto read = [&] {
        documents(read_jsonl_documents,
                  "{\"_id\": \"1\", \"text\": \"x\"}\n{\"_id\": \"2\", \"text\": \"x\", \"n\": 1e999}\n");
    };
    EXPECT_THAT(error_of(read), AllOf(HasSubstr("line 2: found \"{\"_id\": \"2\""),
                                      HasSubstr("has a number out of range, expected")));
    EXPECT_THAT(error_of([&] { queries(read_jsonl_queries, "{\"_id\": -1e999, \"text\": \"x\"}"); }),
                HasSubstr("line 1: found"));
}

// Nothing bounded the depth, and some of what JSON's library does with a value goes down on the stack.
TEST_F(Reader, DeeplyNestedJsonIsRefused) {
    const std::string open(1 << 20, '['), close(1 << 20, ']');
    const auto error = [&](const std::string& line) {
        return error_of([&] { documents(read_jsonl_documents, line); });
    };
    for (const auto& line :
         {open, open + close, "{\"_id\": \"1\", \"text\": \"x\", \"m\": " + open + close + "}"})
        EXPECT_THAT(error(line), HasSubstr("line 1: found JSON of more than 64 levels, expected a document"));
    const std::string fits = std::string(60, '[') + std::string(60, ']');
    EXPECT_EQ(error("{\"_id\": \"1\", \"text\": \"x\", \"m\": " + fits + "}"), "no error");
}

// Minutes went by over it: a parser with a callback takes time that is quadratic in the objects of a list.
TEST_F(Reader, ALineOfManyObjectsIsReadInOneGo) {
    std::string list = "{}";
    for (int count = 1; count < 300'000; ++count) list += ",{}";
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(documents(read_jsonl_documents, "{\"_id\": \"1\", \"text\": \"x\", \"m\": [" + list + "]}").size(), 1u);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(Reader, JsonQueriesHaveCategories) {
    const auto found =
        queries(read_jsonl_queries, "{\"_id\": \"1\", \"text\": \"q\", \"category\": \"c\"}\n"
                                    "{\"_id\": \"2\", \"text\": \"r\", \"metadata\": {\"category\": \"d\"}}");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].category, "c");
    EXPECT_EQ(found[1].category, "d");
}

TEST_F(Reader, TabSeparatedDocumentsOfTwoThreeAndFourColumns) {
    EXPECT_EQ(documents(read_tsv_documents, "1\tsome text\n2\t")[0].text, "some text");
    EXPECT_EQ(documents(read_tsv_documents, "1\ttitle\ttext")[0].content(), "title text");
    const auto four = documents(read_tsv_documents, "D1\thttp\ttitle\tbody");
    EXPECT_EQ(four[0].content(), "title body");
    EXPECT_EQ(four[0].fields.at("url"), "http");
    EXPECT_THAT(
        error_of([&] { documents(read_tsv_documents, "1\ttext\n2\tmore\tcolumns"); }),
        HasSubstr("line 2: found 3 in \"2?more?columns\", expected 2 columns between tabs, as on the first"));
    EXPECT_THAT(error_of([&] { documents(read_tsv_documents, "one"); }),
                HasSubstr("expected 2 to 4 columns"));
    EXPECT_THAT(error_of([&] { documents(read_tsv_documents, "\ttext"); }), HasSubstr("an empty id"));
    EXPECT_THAT(error_of([&] { queries(read_tsv_queries, "1\tq\n2 q"); }),
                HasSubstr("line 2: found \"2 q\""));
}

TEST_F(Reader, TrecDocumentsWithTextPartsEntitiesAndStrayBrackets) {
    const auto found =
        documents(read_trec_documents,
                  "<DOC>\n<DOCNO> AP-1 </DOCNO>\n<HEAD>Two\n lines</HEAD>\n<DATELINE>x</DATELINE>\n"
                  "<TEXT>\nif a < b &amp; c &#233; <P>new</P>\n</TEXT>\n<TEXT>more</TEXT>\n</DOC>\n\n"
                  "<doc><docno>2</docno><title>T</title>body without text tag</doc>\n"
                  "<DOC>\n<DOCNO>3</DOCNO>\n</DOC>\n");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].id, "AP-1");
    EXPECT_EQ(found[0].title, "Two lines");
    EXPECT_EQ(found[0].text, "if a < b & c é new\nmore");
    EXPECT_EQ(found[1].content(), "T body without text tag");
    EXPECT_EQ(found[2].content(), "");
}

// Each comment was one step down the stack.
TEST_F(Reader, TrecDocumentsMayHaveAnyNumberOfComments) {
    std::string comments;
    for (int count = 0; count < 1'000'000; ++count) comments += "<!---->";
    const auto found = documents(read_trec_documents, "<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>one " + comments + "two</TEXT>\n</DOC>\n");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].text, "one two");
}

TEST_F(Reader, TrecDocumentsSayWhatIsWrong) {
    const auto error = [&](std::string_view text) {
        return error_of([&] { documents(read_trec_documents, text); });
    };
    EXPECT_THAT(error("<DOC>\n<DOCNO>1</DOCNO>\n"),
                HasSubstr("line 2: found the end of the file, expected </doc> for line 1"));
    EXPECT_THAT(error("<DOC>\n<DOCNO>1</DOCNO>\n<DOC>\n"),
                HasSubstr("line 3: found another <doc> inside the one of line 1"));
    EXPECT_THAT(error("<DOC>\n</DOC>"), HasSubstr("expected one <DOCNO>"));
    EXPECT_THAT(error("hello"), HasSubstr("line 1: found \"hello\", expected <doc>"));
}

TEST_F(Reader, TrecTopicsInBothForms) {
    const auto classic = queries(
        read_trec_topics, "<top>\n\n<num> Number: 301 \n<title> International Organized Crime \n\n"
                          "<desc> Description: \nIdentify organizations.\n\n<narr> Narrative: \nx\n\n</top>\n"
                          "<top>\n<num> Number: 302\n<desc> Description:\nOnly this &amp; that.\n</top>\n");
    ASSERT_EQ(classic.size(), 2u);
    EXPECT_EQ(classic[0].id, "301");
    EXPECT_EQ(classic[0].text, "International Organized Crime");
    EXPECT_EQ(classic[1].text, "Only this & that.");

    const auto xml = queries(read_trec_topics, "<?xml version=\"1.0\"?>\n<topics task=\"x\">\n"
                                               "<topic number=\"1\" type='s'>\n<query>corona origin</query>\n"
                                               "<question>where from</question>\n</topic>\n</topics>\n");
    ASSERT_EQ(xml.size(), 1u);
    EXPECT_EQ(xml[0].id, "1");
    EXPECT_EQ(xml[0].text, "corona origin");

    EXPECT_THAT(error_of([&] { queries(read_trec_topics, "<top>\n<title> x\n</top>"); }),
                HasSubstr("line 3: found a topic (line 1) without a number"));
    EXPECT_THAT(error_of([&] { queries(read_trec_topics, "<top>\n<num> 1\n</top>"); }),
                HasSubstr("without a title, query or description"));
}

TEST_F(Reader, JudgmentsInThreeAndFourColumns) {
    const auto beir = read_qrels(write("query-id\tcorpus-id\tscore\nq 1\td1\t2\nq 1\td2\t-1\n"));
    EXPECT_EQ(beir, (Qrels{{"q 1", {{"d1", 2}, {"d2", -1}}}}));
    EXPECT_EQ(read_qrels(write("301 0 FT-1 1\n302\tQ0\tFT-2\t0\n")),
              (Qrels{{"301", {{"FT-1", 1}}}, {"302", {{"FT-2", 0}}}}));
    const auto error = [&](std::string_view text) { return error_of([&] { read_qrels(write(text)); }); };
    EXPECT_THAT(error("1 0 d 1\n1 0 e x\n"),
                HasSubstr("line 2: found the grade \"x\", expected a whole number"));
    EXPECT_THAT(error("1 0 d 1\n1 0 d 1\n"),
                HasSubstr("line 2: found document \"d\" a second time for query \"1\""));
    EXPECT_THAT(error("1 0 d 1\n1 d 1\n"), HasSubstr("line 2: found 3 columns in \"1 d 1\", expected 4"));
    EXPECT_THAT(error("1 d\n"), HasSubstr("found 2 columns"));
}

TEST_F(Reader, JudgmentsComeBackFromBothFormats) {
    const Qrels qrels{{"q1", {{"d1", 2}, {"d2", 0}}}, {"q2", {{"d1", -1}}}};
    const auto path = m_folder / "qrels";
    const auto text = [&] {
        std::ifstream stream(path);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    write_qrels(qrels, QrelsFormat::Trec, path);
    EXPECT_EQ(text(), "q1 0 d1 2\nq1 0 d2 0\nq2 0 d1 -1\n");
    EXPECT_EQ(read_qrels(path), qrels);
    write_qrels(qrels, QrelsFormat::Beir, path);
    EXPECT_EQ(text(), "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td1\t-1\n");
    EXPECT_EQ(read_qrels(path), qrels);
    // What a format cannot hold is said, and the file that was there stays.
    const Qrels spaced{{"q 1", {{"d1", 1}}}};
    EXPECT_THAT(error_of([&] { write_qrels(spaced, QrelsFormat::Trec, path); }), HasSubstr("the query \"q 1\" cannot stand in such a file: expected an id without white space"));
    EXPECT_EQ(read_qrels(path), qrels);
    write_qrels(spaced, QrelsFormat::Beir, path);
    EXPECT_EQ(read_qrels(path), spaced);
}

TEST_F(Reader, RunFilesComeBackBitForBit) {
    const RunFile run{
        "tag", {{"q1", {{"d2", 0.1}, {"d1", 1.0 / 3}, {"d3", -1e-300}}}, {"q2", {{"d1", 12345678.9}}}}};
    const auto path = m_folder / "run";
    write_run_file(run, path);
    const auto read = read_run_file(path);
    EXPECT_EQ(read.tag, "tag");
    ASSERT_EQ(read.queries.size(), 2u);
    for (const auto& [query, ranked] : run.queries)
        for (std::size_t place = 0; place < ranked.size(); ++place) {
            EXPECT_EQ(read.queries.at(query)[place].document_id, ranked[place].document_id);
            EXPECT_EQ(read.queries.at(query)[place].score, ranked[place].score);
        }
    std::ifstream stream(path);
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(line, "q1 Q0 d2 1 0.1 tag");
}

TEST_F(Reader, RunFilesSayWhatIsWrong) {
    const auto error = [&](std::string_view text) { return error_of([&] { read_run_file(write(text)); }); };
    EXPECT_THAT(error("q Q0 d 1 2\n"), HasSubstr("line 1: found 5 columns in \"q Q0 d 1 2\", expected 6"));
    EXPECT_THAT(error("q Q0 d 1 two t\n"), HasSubstr("found the score \"two\", expected a number"));
    EXPECT_THAT(error("q Q0 d 1 nan t\n"), HasSubstr("found the score \"nan\""));
    EXPECT_THAT(error("q Q0 d 1 2 t\nq Q0 d 2 1 t\n"),
                HasSubstr("line 2: found document \"d\" a second time"));
    EXPECT_THAT(error("q Q0 e 1 3 t\n\nq Q0 d 2 2 t\nr Q0 d 1 2 t\nr Q0 e 2 1 t\nq Q0 d 3 1 t\n"),
                HasSubstr("line 6: found document \"d\" a second time for query \"q\", expected each document once"));
    EXPECT_THAT(error_of([&] {
                    write_run_file({"t", {{"q", {{"a b", 1}}}}}, m_folder / "bad");
                }),
                HasSubstr("cannot stand in a run file"));
    EXPECT_FALSE(std::filesystem::exists(m_folder / "bad"));
    EXPECT_THAT(error_of([&] { read_run_file(m_folder / "none"); }), HasSubstr("none: cannot be read"));
    EXPECT_THAT(error_of([&] { read_run_file(m_folder.path()); }), HasSubstr("is a folder"));
}

std::string gzip(std::string_view text) {
    std::string packed(text.size() + 1000, '\0');
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// With a checksum, without which a frame cannot tell that it was damaged.
std::string zstd(std::string_view text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
    ZSTD_freeCCtx(context);
    return packed;
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
    LineReader reader(file);
    std::vector<std::string> lines;
    std::string_view line;
    while (reader.next(line))
        lines.emplace_back(line);
    return lines;
}

TEST_F(Reader, PackedFilesReadAsPlainOnes) {
    std::vector<std::string> expected;
    std::string text;
    for (int number = 0; number < 200000; ++number) {
        expected.push_back("line " + std::to_string(number * 7919 % 10007));
        text += expected.back() + "\n";
    }
    EXPECT_EQ(lines_of(write(text)), expected);
    EXPECT_EQ(lines_of(write(gzip(text))), expected);
    EXPECT_EQ(lines_of(write(zstd(text))), expected);
    // Several members or frames one after the other are one file.
    EXPECT_THAT(lines_of(write(gzip("a\n") + gzip("b"))), ElementsAre("a", "b"));
    EXPECT_THAT(lines_of(write(zstd("a\n") + zstd("b"))), ElementsAre("a", "b"));
    EXPECT_THAT(lines_of(write(gzip(""))), ElementsAre());
    EXPECT_THAT(lines_of(write("")), ElementsAre());
    EXPECT_THAT(lines_of(write("a\n\nb\r\n")), ElementsAre("a", "", "b"));

    for (const auto& packed : {gzip(text), zstd(text)}) {
        EXPECT_THAT(error_of([&] { lines_of(write(packed.substr(0, packed.size() - 1))); }),
                    HasSubstr("cut off"));
        EXPECT_THAT(error_of([&] { lines_of(write(packed.substr(0, packed.size() / 2))); }),
                    HasSubstr("cut off"));
        auto broken = packed;
        for (std::size_t byte = 2000; byte < 2100; ++byte)
            broken[byte] = static_cast<char>(~broken[byte]);
        EXPECT_NE(error_of([&] { lines_of(write(broken)); }), "no error");
    }
}

TEST_F(Reader, LongLinesGrowTheBuffer) {
    const std::string line(3'000'000, 'x');
    EXPECT_THAT(lines_of(write(line + "\ny")), ElementsAre(line, "y"));
    // 65 MiB of zeros pack into a few kilobytes: a reader must not believe that this is one line of text.
    EXPECT_THAT(error_of([&] { lines_of(write(zstd(std::string(65 << 20, ' ')))); }),
                HasSubstr("more than 64 MiB"));
}

TEST(Utf8, FindsTheFirstByteThatDoesNotBelong) {
    constexpr auto kNone = std::string_view::npos;
    for (const auto* valid : {"", "abc", "aé", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xf0\x90\x80\x80",
                              "\xf4\x8f\xbf\xbf", "日本語 text 🎵"})
        EXPECT_EQ(find_invalid_utf8(valid), kNone) << valid;
    EXPECT_EQ(find_invalid_utf8("12345678\x80"), 8u);
    EXPECT_EQ(find_invalid_utf8("\xc0\x80"), 0u) << "overlong";
    EXPECT_EQ(find_invalid_utf8("\xe0\x9f\xbf"), 0u) << "overlong";
    EXPECT_EQ(find_invalid_utf8("a\xed\xa0\x80"), 1u) << "surrogate";
    EXPECT_EQ(find_invalid_utf8("\xf4\x90\x80\x80"), 0u) << "beyond U+10FFFF";
    EXPECT_EQ(find_invalid_utf8("ab\xe2\x82"), 2u) << "cut off";
}

} // namespace
} // namespace cameo
