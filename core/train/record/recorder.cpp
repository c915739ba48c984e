#include "core/train/record/recorder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cameo {

namespace {

constexpr std::pair<EventKind, std::string_view> kEvents[] = {
    {EventKind::Started, "started"},   {EventKind::Resumed, "resumed"},       {EventKind::Command, "command"},
    {EventKind::Checkpoint, "checkpoint"}, {EventKind::Best, "best"},         {EventKind::Mined, "mined"},
    {EventKind::Warning, "warning"},   {EventKind::StepBack, "step_back"},    {EventKind::Finished, "finished"},
    {EventKind::Failed, "failed"},     {EventKind::Interrupted, "interrupted"},
};
constexpr std::pair<CommandKind, std::string_view> kCommands[] = {
    {CommandKind::Pause, "pause"},
    {CommandKind::Resume, "resume"},
    {CommandKind::Stop, "stop"},
    {CommandKind::StopAndKeepBest, "stop_and_keep_best"},
    {CommandKind::FinishEpoch, "finish_epoch"},
    {CommandKind::Checkpoint, "checkpoint"},
    {CommandKind::Set, "set"},
};

template <class Kind, std::size_t N>
std::string_view name_in(const std::pair<Kind, std::string_view> (&table)[N], Kind kind) {
    return std::ranges::find(table, kind, &std::pair<Kind, std::string_view>::first)->second;
}

template <class Kind, std::size_t N>
std::optional<Kind> kind_in(const std::pair<Kind, std::string_view> (&table)[N], std::string_view name) {
    const auto found = std::ranges::find(table, name, &std::pair<Kind, std::string_view>::second);
    return found == std::end(table) ? std::nullopt : std::optional(found->first);
}

} // namespace

std::string_view name(EventKind kind) { return name_in(kEvents, kind); }
std::optional<EventKind> event_kind(std::string_view name) { return kind_in(kEvents, name); }
std::string_view name(CommandKind kind) { return name_in(kCommands, kind); }
std::optional<CommandKind> command_kind(std::string_view name) { return kind_in(kCommands, name); }

} // namespace cameo
