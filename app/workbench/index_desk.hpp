#pragma once

#include "app/workbench/sources.hpp"
#include "views/index_state.hpp"

#include <optional>
#include <string>

namespace cameo {

/// What somebody wants the index of the model and collection in use to be. Lives on the window's thread.
class IndexDesk {
public:
    /// What is in use now. What was wanted of another model and collection is forgotten.
    /// @param is how its index is made; nothing: there is none
    void follow(const std::string& model, const std::string& collection, std::int64_t documents, const std::optional<IndexSettings>& is);
    void want(IndexSettings wanted, std::uint64_t memory);
    /// For the server that is wanted.
    void hold_token(const std::string& token);
    void forecast(std::optional<IndexForecast> forecast) { m_plan.forecast = forecast; }

    const IndexPlan& plan() const { return m_plan; }
    /// What is to be built. Settings that nobody has changed are left out: a process beside this one may have changed the index.
    IndexOrder order(bool new_codecs) const;

private:
    void check();

    std::string m_model, m_collection;
    IndexPlan m_plan;
};

} // namespace cameo
