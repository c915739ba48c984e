#include "app/workbench/index_desk.hpp"

#include "core/base/error.hpp"
#include "core/milvus/address.hpp"
#include "core/milvus/credentials.hpp"

#include <utility>

namespace cameo {

void IndexDesk::follow(const std::string& model, const std::string& collection, std::int64_t documents, const std::optional<IndexSettings>& is) {
    IndexSettings first = is ? *is : IndexSettings{.local_bits = documents <= kExactDocuments ? 0 : 2};
    const bool keeps = m_model == model && m_collection == collection && m_plan.first == first;
    m_model = model;
    m_collection = collection;
    m_plan.is_there = is.has_value();
    if (!keeps) m_plan.wanted = first;
    m_plan.first = std::move(first);
    check();
}

void IndexDesk::want(IndexSettings wanted, std::uint64_t memory) {
    m_plan.wanted = std::move(wanted);
    m_plan.memory = memory;
    check();
}

void IndexDesk::hold_token(const std::string& token) {
    try {
        hold_milvus_token(parse_milvus_address(m_plan.wanted.address), token);
        check();
    } catch (const Error& error) {
        m_plan.refusal = error.what();
    }
}

void IndexDesk::check() {
    m_plan.refusal.clear();
    m_plan.holds_token = false;
    if (!m_plan.wanted.in_milvus) return;
    try {
        m_plan.holds_token = holds_milvus_token(parse_milvus_address(m_plan.wanted.address));
    } catch (const Error& error) {
        m_plan.refusal = error.what();
    }
}

IndexOrder IndexDesk::order(bool new_codecs) const {
    return {.settings = m_plan.changed() ? std::optional(m_plan.wanted) : std::nullopt, .new_codecs = new_codecs, .memory = m_plan.memory};
}

} // namespace cameo
