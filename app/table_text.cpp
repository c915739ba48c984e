#include "app/table_text.hpp"

#include "views/format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr std::string_view kMinus = "\u2212"; ///< as figures for people have it, also in exponents

std::string cell_text(const ViewCell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    if (const auto* figure = std::get_if<double>(&cell)) {
        // A true minus sign is for reading, not for spreadsheets.
        const std::string text = format_exact(std::fabs(*figure));
        std::string plain;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const bool minus = std::string_view(text).substr(at).starts_with(kMinus);
            plain += minus ? '-' : text[at];
            if (minus) at += kMinus.size() - 1;
        }
        return std::signbit(*figure) && *figure != 0 && !std::isnan(*figure) ? std::string(1, '-').append(plain) : plain;
    }
    return {};
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return text;
    std::string quoted = "\"";
    for (const char character : text) quoted.append(character == '"' ? 2 : 1, character);
    return quoted + "\"";
}

std::string markdown_field(std::string text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n' || text[at] == '\r') text[at] = ' ';
        if (text[at] == '|' || text[at] == '\\') text.insert(at++, 1, '\\');
    }
    return text;
}

bool is_figure(const ViewCell& cell) { return std::holds_alternative<double>(cell) || std::holds_alternative<std::int64_t>(cell); }

std::string one_line(std::string text) {
    std::ranges::replace_if(text, [](char character) { return character == '\n' || character == '\r'; }, ' ');
    return text;
}

using Provenance = std::vector<std::pair<std::string, std::string>>;

std::string as_csv(const ViewTable& table, const Provenance& provenance) {
    std::string text;
    for (const auto& [key, value] : provenance) text.append("# ").append(key).append(": ").append(one_line(value)).append("\r\n");
    const auto line = [&](const auto& fields, const auto& field) {
        bool first = true;
        for (const auto& each : fields) {
            if (!std::exchange(first, false)) text += ',';
            text += csv_field(field(each));
        }
        text += "\r\n";
    };
    line(table.columns, [](const std::string& column) { return column; });
    for (const auto& row : table.rows) line(row, cell_text);
    return text;
}

std::string as_markdown(const ViewTable& table, const Provenance& provenance) {
    std::string text;
    const auto line = [&](const auto& fields, const auto& field) {
        text += '|';
        for (const auto& each : fields) text.append(1, ' ').append(markdown_field(field(each))).append(" |");
        text += '\n';
    };
    line(table.columns, [](const std::string& column) { return column; });
    text += '|';
    for (std::size_t column = 0; column < table.columns.size(); ++column)
        text += !table.rows.empty() && is_figure(table.rows.front()[column]) ? "---:|" : "---|";
    text += '\n';
    for (const auto& row : table.rows) line(row, cell_text);
    text += '\n';
    bool first = true;
    for (const auto& [key, value] : provenance) {
        if (!std::exchange(first, false)) text += ", ";
        text.append(key).append(1, ' ').append(one_line(value));
    }
    return text += ".\n";
}

std::string as_json(const ViewTable& table, const Provenance& provenance) {
    using Json = nlohmann::ordered_json;
    Json json = {{"title", table.title}, {"provenance", Json::object()}, {"columns", table.columns}, {"rows", Json::array()}};
    for (const auto& [key, value] : provenance) json["provenance"][key] = value;
    for (const auto& row : table.rows) {
        Json object = Json::object();
        for (std::size_t column = 0; column < row.size(); ++column) {
            Json& member = object[table.columns[column]];
            const ViewCell& cell = row[column];
            if (const auto* figure = std::get_if<double>(&cell)) member = std::isfinite(*figure) ? Json(*figure) : Json(cell_text(cell));
            else if (const auto* number = std::get_if<std::int64_t>(&cell)) member = *number;
            else if (const auto* text = std::get_if<std::string>(&cell)) member = *text;
            else member = nullptr;
        }
        json["rows"].push_back(std::move(object));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

Provenance table_provenance(const Snapshot& now) {
    Provenance provenance{{"program", "cameo " CAMEO_VERSION}};
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) provenance.emplace_back(key, value);
    };
    if (now.trace) {
        add("model", now.trace->model);
        add("model version", now.trace->model_version);
        add("collection", now.trace->collection);
        add("collection version", now.trace->collection_version);
        add("query", now.trace->query);
        add("fusion", to_string(now.trace->fusion));
        add("result", now.trace->id);
    } else {
        add("model", now.workbench.model);
        add("collection", now.workbench.collection);
        add("fusion", to_string(now.fusion));
    }
    if (now.judged.scores) {
        add("judged split", now.judged.scores->split);
        add("judged queries", std::to_string(now.judged.scores->queries.size()));
        add("candidates of each expert", std::to_string(now.judged.scores->depth));
    }
    if (now.pin) add("pinned", now.pin->label);
    return provenance;
}

Provenance table_provenance(const Snapshot& now, const ViewTable& table) {
    if (table.about.empty()) return table_provenance(now);
    Provenance provenance{{"program", "cameo " CAMEO_VERSION}};
    provenance.insert(provenance.end(), table.about.begin(), table.about.end());
    if (now.pin) provenance.emplace_back("pinned", now.pin->label);
    return provenance;
}

std::string table_text(const ViewTable& table, TableFormat format, const Provenance& provenance) {
    switch (format) {
    case TableFormat::Markdown: return as_markdown(table, provenance);
    case TableFormat::Csv: return as_csv(table, provenance);
    case TableFormat::Json: return as_json(table, provenance);
    }
    return {};
}

const char* extension(TableFormat format) {
    return format == TableFormat::Markdown ? "md" : format == TableFormat::Csv ? "csv" : "json";
}

} // namespace cameo
