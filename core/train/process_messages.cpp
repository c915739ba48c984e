#include "core/train/process_messages.hpp"

#include "core/base/error.hpp"

#include <nlohmann/json.hpp>

namespace cameo {

namespace {

using Json = nlohmann::json;

/// JSON's own text has no NaN, which a loss may be.
std::string packed(const Json& json) {
    std::string text;
    Json::to_cbor(json, nlohmann::detail::output_adapter<char>(text));
    return text;
}

template <class Read>
auto unpacked(const std::string& text, const Read& read) {
    try {
        return read(Json::from_cbor(text));
    } catch (const Json::exception& error) {
        throw InternalError(std::string("the processes of this training do not understand each other; they are not the same "
                                        "program: ") + error.what());
    }
}

} // namespace

std::string to_text(const Order& order) {
    return packed({int(order.kind), order.step, order.skipped, order.mined, order.recipe, order.norm, order.reason, order.cancelled, order.data});
}

Order order_from(const std::string& text) {
    return unpacked(text, [](const Json& json) {
        Order order;
        order.kind = Order::Kind(json.at(0).get<int>());
        order.step = json.at(1);
        order.skipped = json.at(2);
        order.mined = json.at(3);
        order.recipe = json.at(4);
        order.norm = json.at(5);
        order.reason = json.at(6);
        order.cancelled = json.at(7);
        order.data = json.at(8);
        return order;
    });
}

std::string to_text(const PartReport& report) {
    Json parts = Json::array();
    for (const auto& [number, result] : report.parts) {
        Json metrics = Json::array(), competition = Json::array();
        for (const auto& metric : result.metrics)
            metrics.push_back({metric.name, metric.value});
        for (const auto& record : result.competition)
            competition.push_back({record.query, record.ranks, record.weights});
        parts.push_back({number, result.loss, result.tokens, std::move(metrics), std::move(competition)});
    }
    return packed({report.stop, std::move(parts)});
}

PartReport report_from(const std::string& text) {
    return unpacked(text, [](const Json& json) {
        PartReport report;
        report.stop = json.at(0);
        for (const Json& part : json.at(1)) {
            PartResult result;
            result.loss = part.at(1);
            result.tokens = part.at(2);
            for (const Json& metric : part.at(3))
                result.metrics.push_back({metric.at(0), metric.at(1)});
            for (const Json& record : part.at(4))
                result.competition.push_back({record.at(0), record.at(1), record.at(2)});
            report.parts.push_back({part.at(0), std::move(result)});
        }
        return report;
    });
}

} // namespace cameo
