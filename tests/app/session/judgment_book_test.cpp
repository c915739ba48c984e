#include "app/session/judgment_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

JudgmentChange change(const std::string& document, std::optional<int> grade, const std::string& query = "play music") {
    return {.collection = "fakes", .query = query, .query_id = query == "play music" ? "q1" : "", .document = document, .before = {}, .after = grade};
}

std::vector<std::pair<std::string, int>> set(const JudgmentBook::Writes& writes) {
    std::vector<std::pair<std::string, int>> list;
    for (const SessionJudgment& one : writes.set) list.emplace_back(one.document, one.grade);
    return list;
}

std::vector<std::string> removed(const JudgmentBook::Writes& writes) {
    std::vector<std::string> list;
    for (const SessionJudgment& one : writes.removed) list.push_back(one.document);
    return list;
}

TEST(JudgmentBook, KeepsGradesByQuery) {
    JudgmentBook book;
    EXPECT_EQ(book.grades("fakes", "play music"), nullptr);
    EXPECT_THAT(set(book.apply({change("cmus", 2)})), ElementsAre(std::pair("cmus", 2)));
    const auto before = book.grades("fakes", "play music"); // a frame may still draw it
    book.apply({change("moc", 0), change("vim", 1, "edit")});
    EXPECT_EQ(*book.grades("fakes", "play music"), (Grades{{"cmus", 2}, {"moc", 0}}));
    EXPECT_EQ(*before, (Grades{{"cmus", 2}}));
    EXPECT_EQ(book.queries().size(), 2u);
    EXPECT_EQ(book.documents(), 3u);
    EXPECT_EQ(book.queries().at({"fakes", "play music"}).id, "q1");
    EXPECT_EQ(book.grades("others", "play music"), nullptr);
    EXPECT_THAT(removed(book.apply({change("vim", {}, "edit")})), ElementsAre("vim"));
    EXPECT_EQ(book.grades("fakes", "edit"), nullptr);
    EXPECT_EQ(book.queries().size(), 1u);
    EXPECT_EQ(book.documents(), 2u);
}

TEST(JudgmentBook, WhatChangesNothingIsNoStep) {
    JudgmentBook book;
    book.apply({change("cmus", 2)});
    EXPECT_TRUE(book.apply({change("cmus", 2), change("nobody", {})}).empty());
    EXPECT_EQ(book.steps(), 1u);
}

TEST(JudgmentBook, AStepMayTouchADocumentTwice) {
    JudgmentBook book;
    const auto writes = book.apply({change("cmus", 2), change("vim", 1, "edit"), change("cmus", 3), change("vim", {}, "edit")});
    EXPECT_THAT(set(writes), ElementsAre(std::pair("cmus", 3)));
    EXPECT_THAT(removed(writes), ElementsAre("vim"));
    EXPECT_EQ(book.documents(), 1u);
    EXPECT_EQ(book.queries().size(), 1u);
    EXPECT_THAT(removed(book.turn_to(0)), ElementsAre("vim", "cmus"));
    EXPECT_EQ(book.documents(), 0u);
    book.turn_to(1);
    EXPECT_EQ(*book.grades("fakes", "play music"), (Grades{{"cmus", 3}}));
}

// All grades of a query were copied for each of them: an import of so many took minutes on the frame's thread.
TEST(JudgmentBook, ManyGradesOfAQueryAreOneCopy) {
    constexpr int kDocuments = 50'000;
    std::vector<JudgmentChange> changes;
    for (int document = 0; document < kDocuments; ++document) changes.push_back(change("d" + std::to_string(document), document % 3));
    JudgmentBook book;
    EXPECT_EQ(book.apply(std::move(changes)).set.size(), std::size_t(kDocuments));
    EXPECT_EQ(book.documents(), std::size_t(kDocuments));
    EXPECT_EQ(book.turn_to(0).removed.size(), std::size_t(kDocuments));
    EXPECT_EQ(book.documents(), 0u);
    book.turn_to(1);
    EXPECT_EQ(book.documents(), std::size_t(kDocuments));
}

TEST(JudgmentBook, TurnsBackAndForth) {
    JudgmentBook book;
    book.apply({change("cmus", 2)});
    book.apply({change("cmus", 3), change("moc", 1)});
    const auto back = book.turn_to(1);
    EXPECT_THAT(set(back), ElementsAre(std::pair("cmus", 2)));
    EXPECT_THAT(removed(back), ElementsAre("moc"));
    EXPECT_EQ(*book.grades("fakes", "play music"), (Grades{{"cmus", 2}}));
    EXPECT_THAT(set(book.turn_to(2)), ElementsAre(std::pair("cmus", 3), std::pair("moc", 1)));
    // Both at once: what each document comes to, and not what it was in between.
    const auto all = book.turn_to(0);
    EXPECT_THAT(set(all), IsEmpty());
    EXPECT_THAT(removed(all), ElementsAre("cmus", "moc"));
    EXPECT_EQ(book.documents(), 0u);
    // A change after that forgets what could have been done again.
    book.apply({change("vim", 1)});
    EXPECT_EQ(book.steps(), 1u);
    EXPECT_EQ(*book.grades("fakes", "play music"), (Grades{{"vim", 1}}));
}

TEST(JudgmentBook, IsWhatTheSessionHas) {
    const std::vector<SessionJudgment> kept{{"fakes", "edit", "", "vim", 1, 7}, {"fakes", "play music", "q1", "cmus", 3, 5}, {"fakes", "play music", "q1", "moc", 0, 6}};
    JudgmentBook book(kept);
    EXPECT_EQ(book.documents(), 3u);
    EXPECT_EQ(book.steps(), 0u);
    EXPECT_EQ(*book.grades("fakes", "play music"), (Grades{{"cmus", 3}, {"moc", 0}}));
    EXPECT_EQ(book.grade("fakes", "edit", "vim"), 1);
    EXPECT_EQ(book.grade("fakes", "edit", "nano"), std::nullopt);
    // One row that does not know the query's id does not take it from the others.
    const JudgmentBook mixed({{"fakes", "play music", "q1", "cmus", 3, 5}, {"fakes", "play music", "", "moc", 0, 6}});
    EXPECT_EQ(mixed.queries().at({"fakes", "play music"}).id, "q1");
}

} // namespace
} // namespace cameo
