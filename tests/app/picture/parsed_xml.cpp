#include "tests/app/picture/parsed_xml.hpp"

#include "tests/support/temporary_folder.hpp"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace cameo {

namespace {

// Python's parser is expat.
constexpr const char* kProgram = R"(import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
print(json.dumps([{"tag": e.tag.split("}")[-1], "attributes": e.attrib, "text": "".join(e.itertext())} for e in root.iter()]))
)";

} // namespace

std::vector<ParsedElement> parsed_xml(std::string_view xml) {
    const TemporaryFolder folder;
    std::ofstream(folder / "parse.py") << kProgram;
    std::ofstream(folder / "x.xml", std::ios::binary) << xml;
    std::string command = "python3 '";
    command.append((folder / "parse.py").string()).append("' '").append((folder / "x.xml").string()).append("' 2>&1");
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("python3 cannot be started");
    std::string said;
    char part[4096];
    while (const std::size_t count = std::fread(part, 1, sizeof part, pipe)) said.append(part, count);
    if (::pclose(pipe) != 0) throw std::runtime_error(said);
    std::vector<ParsedElement> all;
    for (const auto& each : nlohmann::json::parse(said))
        all.push_back({each["tag"], each["attributes"], each["text"]});
    return all;
}

std::vector<ParsedElement> elements(const std::vector<ParsedElement>& all, std::string_view tag) {
    std::vector<ParsedElement> found;
    for (const ParsedElement& each : all)
        if (each.tag == tag) found.push_back(each);
    return found;
}

std::string texts(const std::vector<ParsedElement>& all, std::string_view tag) {
    std::string lines;
    for (const ParsedElement& each : elements(all, tag)) lines.append(each.text).append("\n");
    return lines;
}

} // namespace cameo
