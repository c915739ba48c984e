#include "core/data/plain_schema.hpp"

#include "core/base/error.hpp"
#include "core/text/in_a_sentence.hpp"

namespace cameo {

namespace {

/// What a query finds is refused: what it is, and its name. In this order: the later ones must not meet what the first one finds.
struct Refusal {
    SchemaUse use;
    const char* query;
};

constexpr Refusal kRefusals[] = {
    {SchemaUse::Read, "SELECT CASE WHEN type = 'table' THEN 'virtual table' ELSE type END, name FROM sqlite_schema "
                      "WHERE type NOT IN ('table', 'index') OR type = 'table' AND (rootpage IS NULL OR rootpage = 0)"},
    {SchemaUse::Read, "SELECT 'computed column', c.name FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c WHERE t.type = 'table' AND c.hidden <> 0"},
    {SchemaUse::Write, "SELECT 'computed default for', c.name FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c WHERE t.type = 'table' AND instr(c.dflt_value, '(') > 0"},
    {SchemaUse::Write, "SELECT 'check on the table', name FROM sqlite_schema WHERE type = 'table' AND upper(sql) GLOB '*CHECK[^A-Z0-9_$]*'"},
    {SchemaUse::Write, "SELECT 'partial index', i.name FROM sqlite_schema AS t, pragma_index_list(t.name) AS i WHERE t.type = 'table' AND i.partial <> 0"},
    {SchemaUse::Write, "SELECT 'computed index', i.name FROM sqlite_schema AS i, pragma_index_xinfo(i.name) AS c WHERE i.type = 'index' AND c.cid = -2"},
};

} // namespace

void check_plain_schema(SQLite::Database& database, const std::filesystem::path& file, const SqliteKind& kind, SchemaUse use) {
    const auto refuse = [&](const std::string& what) {
        throw Error(ErrorKind::InvalidInput, file.string() + ": has " + what + "; a " + std::string(kind.noun) + " of Cameo has plain tables only");
    };
    const std::string encoding = database.execAndGet("PRAGMA encoding").getString();
    if (encoding != "UTF-8") refuse("text in " + encoding);
    for (const Refusal& refusal : kRefusals) {
        if (refusal.use == SchemaUse::Write && use == SchemaUse::Read) continue;
        SQLite::Statement find(database, refusal.query);
        if (find.executeStep()) refuse("the " + in_a_sentence(find.getColumn(0).getString()) + " " + in_a_sentence(find.getColumn(1).getString()));
    }
}

} // namespace cameo
