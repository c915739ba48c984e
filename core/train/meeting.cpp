#include "core/train/meeting.hpp"

#include "core/base/error.hpp"

#include <fstream>
#include <random>

namespace cameo {

namespace {

/// A file that only those can see who look into the same folder.
class Token {
public:
    explicit Token(const std::filesystem::path& folder) {
        std::random_device random;
        m_name = ".together-" + std::to_string(random()) + "-" + std::to_string(random());
        m_path = folder / m_name;
        if (!std::ofstream(m_path))
            throw Error(ErrorKind::Environment, m_path.string() + ": cannot create the file");
    }
    ~Token() {
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
    }
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    const std::string& name() const { return m_name; }

private:
    std::string m_name;
    std::filesystem::path m_path;
};

/// Where files lie may differ from machine to machine; what is in them is compared later (Learner::data_sum).
void refuse_another(const Recipe& recipe, const std::string& given, std::size_t process) {
    Recipe other = recipe_from_json(given, "process " + std::to_string(process) + "'s recipe");
    other.name = recipe.name;
    other.model = recipe.model;
    other.teacher = recipe.teacher;
    other.judged = recipe.judged;
    if (const auto* field = first_difference(recipe, other, /*live_too=*/true))
        throw Error(ErrorKind::InvalidInput, "process " + std::to_string(process) + " was given another " + std::string(field->key) +
                                                 " than process 0; all processes need the same recipe");
}

} // namespace

void meet(const std::filesystem::path& folder, const Recipe& recipe, Processes& processes) {
    if (processes.size() == 1)
        return;
    const auto own = to_json(recipe);
    if (!processes.lead()) {
        const auto name = processes.hear();
        if (!std::filesystem::exists(folder / name))
            throw Error(ErrorKind::InvalidInput,
                        folder.string() + ": this is another folder than process 0's; all processes need the same, on one machine "
                                          "or on a file system that they share");
        processes.gather(own);
        return;
    }
    const Token token(folder);
    processes.tell(token.name());
    const auto all = processes.gather(own);
    for (std::size_t other = 1; other < all.size(); ++other)
        refuse_another(recipe, all[other], other);
}

} // namespace cameo
