#include "app/experiments/shared_mining.hpp"

#include "core/base/atomic_file.hpp"
#include "core/model/new_folder.hpp"

#include <fstream>
#include <sstream>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr const char* kRecipe = "recipe.json";

Recipe without_competition(Recipe recipe) {
    const Recipe plain;
    recipe.name = plain.name;
    recipe.model = plain.model;
    recipe.competition = plain.competition;
    recipe.competition_temperature = plain.competition_temperature;
    return recipe;
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

SharedMining::SharedMining(const fs::path& from, const fs::path& training, const Recipe& recipe)
    : m_kept(from / "mined-by-next"), m_own(training / "mined" / "000000"), m_recipe(to_json(without_competition(recipe))) {}

void SharedMining::lend() const {
    if (!fs::exists(m_kept) || fs::exists(m_own)) return;
    fs::create_directories(m_own.parent_path());
    NewFolder lent(m_own);
    const bool same = text_of(m_kept / kRecipe) == m_recipe;
    for (const auto& entry : fs::directory_iterator(m_kept))
        if (entry.is_directory() || (same && entry.path().filename() != kRecipe))
            fs::copy(entry.path(), lent.path() / entry.path().filename(),
                     fs::copy_options::recursive | fs::copy_options::create_hard_links);
    lent.commit();
}

void SharedMining::keep() const {
    if (fs::exists(m_kept) || !fs::exists(m_own)) return;
    AtomicFile file(m_own / kRecipe);
    file.write(m_recipe);
    file.commit();
    fs::rename(m_own, m_kept);
}

void SharedMining::forget() const { fs::remove_all(m_kept); }

} // namespace cameo
