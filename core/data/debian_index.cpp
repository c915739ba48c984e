#include "core/data/columns.hpp"
#include "core/data/debian_corpus.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>

namespace cameo {

namespace {

bool is_list_item(std::string_view line) {
    // "  * item": a further space before it and a mark.
    const auto text = trimmed(line);
    return line.starts_with(' ') && text.size() > 2 && text[1] == ' ' &&
           std::string_view("*-+o").find(text.front()) != std::string_view::npos;
}

/// "synopsis\n line\n .\n line": splits at the lines with a single dot and unwraps the rest.
void set_description(DebianPackage& package, std::string_view description) {
    const auto first = description.find('\n');
    package.synopsis = trimmed(description.substr(0, first));
    if (first == std::string_view::npos) return;
    description.remove_prefix(first + 1);
    std::string paragraph;
    const auto end_paragraph = [&] {
        if (!paragraph.empty()) package.paragraphs.push_back(std::move(paragraph));
        paragraph.clear();
    };
    package.raw_characters = -1; // of the line break that the last line has not
    while (!description.empty()) {
        const auto end = description.find('\n');
        auto line = description.substr(0, end);
        description.remove_prefix(end == std::string_view::npos ? description.size() : end + 1);
        line.remove_prefix(1); // every line begins with one space
        const auto text = trimmed(line);
        if (text == ".") {
            end_paragraph();
            continue;
        }
        package.raw_characters += characters(line) + 1;
        if (!paragraph.empty()) paragraph += is_list_item(line) ? '\n' : ' ';
        paragraph += text;
    }
    end_paragraph();
}

/// "name (version)" -> "name"
std::string first_word(std::string_view text) {
    return std::string(text.substr(0, text.find(' ')));
}

std::string one_line(std::string_view text) {
    std::string joined;
    for (const auto part : split_spaces(text)) {
        const auto word = trimmed(part);
        if (!joined.empty() && !word.empty()) joined += ' ';
        joined += word;
    }
    return joined;
}

} // namespace

std::vector<std::string> DebianIndex::package_fields() {
    return {"Package", "Source", "Section", "Tag", "Description-md5"};
}
std::vector<std::string> DebianIndex::translation_fields() {
    return {"Package", "Description-md5", "Description-en"};
}

void DebianIndex::add_package(Stanza&& stanza) {
    const auto& name = stanza["Package"];
    if (name.empty() || m_entries.contains(name)) return;
    Entry entry;
    entry.package.name = name;
    entry.package.source = stanza["Source"].empty() ? name : first_word(stanza["Source"]);
    // "contrib/net" is net in another part of the archive.
    const auto& section = stanza["Section"];
    entry.package.section = section.substr(section.rfind('/') + 1);
    entry.package.tags = one_line(stanza["Tag"]);
    entry.description_md5 = stanza["Description-md5"];
    m_entries.emplace(name, std::move(entry));
}

void DebianIndex::add_translation(Stanza&& stanza) {
    const auto found = m_entries.find(stanza["Package"]);
    if (found == m_entries.end() || found->second.described ||
        found->second.description_md5 != stanza["Description-md5"] || stanza["Description-en"].empty())
        return;
    set_description(found->second.package, stanza["Description-en"]);
    found->second.described = true;
}

std::vector<DebianPackage> DebianIndex::packages() && {
    std::vector<DebianPackage> list;
    for (auto& [name, entry] : m_entries)
        if (entry.described) list.push_back(std::move(entry.package));
    m_entries.clear();
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return list;
}

} // namespace cameo
