// Terms of what Cameo itself adds: findings, and the parts of its window.

#include "views/glossary/glossary.hpp"

namespace cameo::terms {
namespace {

constexpr auto kFindings = GlossaryGroup::Findings, kWindow = GlossaryGroup::Window;

constexpr GlossaryTerm kTerms[] = {
    {"finding", "Something that is wrong with a model or a training, or worth knowing, with what it rests on.", "A test on recorded numbers, with evidence, severity, sureness and a remedy: docs/findings.md has a paragraph for each.", "", "",
     "severity|evidence|remedy", kFindings},
    {"severity", "How bad it is.", "Serious: the model does not do what it was made for. Warning: something is lost or idle. Note: worth knowing, nothing is to be done.", "", "severities", "finding|sureness", kFindings},
    {"sureness", "How sure it is.", "Certain: it follows from what was recorded. Likely: what is measured says so, and another cause could look like it. Hint: one rough number says so.", "", "", "finding|severity", kFindings},
    {"evidence", "The figures that a statement rests on.", "Of a finding: numbers with what they are held against. Of a document: the words and tokens that made its score, marked in its text.", "", "", "finding|ink", kFindings},
    {"remedy", "What may help.", "A sentence, and where there are some, settings that a branch of the training changes.", "", "remedies", "finding|branch", kFindings},

    {"view", "One part of the window, with one subject.", "It can be moved, closed, maximised, and taken out as figures or as a picture.", "", "", "layout", kWindow},
    {"layout", "How the views are arranged.", "Four ship with Cameo, one for each task; others are yours.", "", "", "view", kWindow},
    {"ink", "Marks in a document's text that show what an expert saw there.", "Underlined: terms that count. Filled: the best match of a query token, stronger the more alike. One hue for each expert.", "", "", "evidence|expert", kWindow},
    {"session", "What you want to come back to, in one file.", "Results as they were recorded, judgments, notes, bookmarks, stories, layout and settings, in a .cameo file. It opens on a machine that has neither the model nor the collection.", "", "",
     "bookmark|trace", kWindow},
    {"bookmark", "A place to come back to, as it was on screen.", "The query with its recorded result, what is selected, the fusion and how the views stand, with a title and a caption.", "", "bookmarked", "session|presentation", kWindow},
    {"story", "An investigation that is told step by step.", "Bookmarks in their order, with captions that may follow what is on screen. It can be recorded, told, changed, presented and reported; three ship with Cameo.", "", "stories", "bookmark|presentation", kWindow},
    {"note", "What you write about something on screen.", "About a document, a query, a result, the model, the collection or the whole session. (Of a finding, a note is the mildest severity.)", "", "", "session", kWindow},
    {"presentation", "Shows bookmarks or a story step by step to people who do not build models.", "Full screen, large type, captions in plain words.", "", "", "bookmark", kWindow},
    {"job", "Work in the background that you can watch and stop.", "The window answers meanwhile; what was finished is kept.", "", "", "index", kWindow},
    {"demo", "A collection and models to try everything with.", "3,000 packages of this machine's Debian index, or all of them, and four small models.", "", "", "collection", kWindow},
    {"command palette", "Everything that can be done, found by typing a part of its name.", "Ctrl+P.", "", "", "view", kWindow},
};

} // namespace

std::span<const GlossaryTerm> of_the_window() { return kTerms; }

} // namespace cameo::terms
