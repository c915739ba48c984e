#include "core/train/checkpoint.hpp"

#include "core/base/error.hpp"
#include "core/base/this_machine.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <limits>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two parameters and a buffer, with a model of two files.
class SmallTrainee final : public Trainee {
public:
    std::vector<ParameterGroup> groups(const Recipe&) override { return {{"layers", 0.1, 0, {{"a", a}, {"b", b}}}}; }
    PartResult backward(const StepPart&, const Recipe&) override { return {}; }
    NamedTensors buffers() const override { return {{"bias", bias}}; }
    void write_model(const std::filesystem::path& folder, const std::string& name) const override {
        write_file(folder / "model.json", "{\"name\": \"" + name + "\"}");
        write_file(folder / "changes.safetensors", std::string(100, 'x'));
    }
    at::Tensor a = at::ones({2, 3}).set_requires_grad(true), b = at::ones({4}).set_requires_grad(true), bias = at::full({2}, 0.5);
};

CheckpointState state_of(std::int64_t step) {
    CheckpointState state;
    state.recipe.name = "t", state.recipe.layers_rate = 0.1 + 0.2;
    state.recipe.competition_temperature = std::numeric_limits<double>::infinity();
    state.step = step, state.skipped = 3, state.step_backs = 1;
    state.mean_loss = 1.0 / 3, state.mean_norm = 5e-324, state.mean_since = 17;
    state.best = 0.1, state.best_step = 4, state.worse = 2, state.validated = 5, state.stop_at = 90, state.data = "abc";
    return state;
}

class CheckpointsTest : public testing::Test {
protected:
    void write(std::int64_t step) {
        AdamW optimizer(m_trainee.groups({}));
        for (const auto& tensor : {m_trainee.a, m_trainee.b}) tensor.mutable_grad() = at::full(tensor.sizes(), 0.01 * double(step + 1));
        optimizer.step(1);
        m_moments = optimizer.state();
        for (auto& [name, tensor] : m_moments) tensor = tensor.clone();
        m_checkpoints.write("t", state_of(step), m_trainee, optimizer);
    }
    void damage(const std::filesystem::path& file, std::size_t at) {
        auto bytes = read_file(file);
        bytes.at(at) ^= 1;
        write_file(file, bytes);
    }

    TemporaryFolder m_folder;
    Checkpoints m_checkpoints{m_folder / "checkpoints"};
    SmallTrainee m_trainee;
    NamedTensors m_moments;
};

TEST_F(CheckpointsTest, GiveBackWhatTheyWereGiven) {
    EXPECT_THAT(m_checkpoints.steps(), IsEmpty());
    write(12);
    write(3);
    write(1234567);
    EXPECT_THAT(m_checkpoints.steps(), ElementsAre(3, 12, 1234567));
    EXPECT_EQ(m_checkpoints.at(3).filename(), "000003");
    EXPECT_EQ(m_checkpoints.read_state(12), state_of(12));
    EXPECT_EQ(read_file(m_checkpoints.at(12) / "model.json"), "{\"name\": \"t-12\"}");
    SmallTrainee again;
    again.bias.fill_(0);
    AdamW optimizer(again.groups({}));
    m_checkpoints.restore(1234567, again, optimizer);
    EXPECT_TRUE(at::equal(again.bias, m_trainee.bias));
    const auto moments = optimizer.state();
    ASSERT_EQ(moments.size(), m_moments.size());
    for (std::size_t at = 0; at < moments.size(); ++at) {
        EXPECT_EQ(moments[at].first, m_moments[at].first);
        EXPECT_TRUE(at::equal(moments[at].second, m_moments[at].second)) << moments[at].first;
    }
}

TEST_F(CheckpointsTest, AStateWithoutABestOneIsReadBack) {
    CheckpointState state;
    state.recipe.name = "t";
    AdamW optimizer(m_trainee.groups({}));
    m_checkpoints.write("t", state, m_trainee, optimizer);
    EXPECT_EQ(m_checkpoints.read_state(0), state);
}

TEST_F(CheckpointsTest, NameTheFileThatIsDamaged) {
    for (const char* file : {"model.json", "changes.safetensors", "optimizer.safetensors", "buffers.safetensors"}) {
        write(5);
        const auto size = std::filesystem::file_size(m_checkpoints.at(5) / file);
        for (const auto at : {std::uintmax_t(0), size / 2, size - 1}) {
            damage(m_checkpoints.at(5) / file, at);
            EXPECT_THAT(error_of([&] { m_checkpoints.read_state(5); }), HasSubstr(std::string(file) + ": it is damaged")) << at;
            damage(m_checkpoints.at(5) / file, at);
        }
        EXPECT_EQ(m_checkpoints.read_state(5).step, 5);
        std::filesystem::remove(m_checkpoints.at(5) / file);
        EXPECT_THAT(error_of([&] { m_checkpoints.read_state(5); }), HasSubstr(std::string(file) + ": cannot be opened"));
    }
}

// Its own numbers had no checksum: one in the recipe or a mean could change unseen.
TEST_F(CheckpointsTest, AnyDamageOfTheStateIsFound) {
    write(5);
    const auto file = m_checkpoints.at(5) / "state.json";
    const auto whole = read_file(file);
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const char bit : {1, 64}) {
            auto bytes = whole;
            bytes[at] ^= bit;
            write_file(file, bytes);
            std::string error;
            try {
                error = m_checkpoints.read_state(5) == state_of(5) ? "the same" : "";
            } catch (const Error& found) {
                error = found.what();
            }
            EXPECT_NE(error, "") << bytes;
        }
    for (const std::size_t kept : {std::size_t(0), std::size_t(1), whole.size() / 2, whole.size() - 3}) {
        write_file(file, whole.substr(0, kept));
        EXPECT_THAT(error_of([&] { m_checkpoints.read_state(5); }), HasSubstr("state.json")) << kept;
    }
    write_file(file, "{\"format\": 2}");
    EXPECT_THAT(error_of([&] { m_checkpoints.read_state(5); }), HasSubstr("its format is 2, this Cameo reads 1"));
    write_file(file, "[]");
    EXPECT_THAT(error_of([&] { m_checkpoints.read_state(5); }), HasSubstr("expected an object"));
    std::filesystem::remove(file);
    EXPECT_THAT(error_of([&] { m_checkpoints.read_state(5); }), HasSubstr("state.json: cannot be read"));
}

TEST_F(CheckpointsTest, AreOfTheStepThatTheirFolderSays) {
    write(5);
    std::filesystem::rename(m_checkpoints.at(5), m_checkpoints.at(6));
    EXPECT_THAT(error_of([&] { m_checkpoints.read_state(6); }), HasSubstr("state.json: its step is 5, expected 6"));
}

TEST_F(CheckpointsTest, AnotherModelsMomentsAreRefused) {
    write(5);
    SmallTrainee other;
    other.b = at::ones({5}).set_requires_grad(true);
    AdamW optimizer(other.groups({}));
    EXPECT_THAT(error_of([&] { m_checkpoints.restore(5, other, optimizer); }), HasSubstr("b"));
    SmallTrainee wider;
    wider.bias = at::ones({3});
    AdamW fitting(wider.groups({}));
    EXPECT_THAT(error_of([&] { m_checkpoints.restore(5, wider, fitting); }),
                HasSubstr("buffers.safetensors: it does not fit the model, bias is missing or of another shape"));
}

TEST_F(CheckpointsTest, WhatIsRemovedOrSetAsideIsNoneAnyMore) {
    for (const std::int64_t step : {1, 2, 3}) write(step);
    m_checkpoints.remove(1);
    m_checkpoints.set_aside(3);
    EXPECT_THAT(m_checkpoints.steps(), ElementsAre(2));
    EXPECT_TRUE(std::filesystem::exists(m_folder / "checkpoints/000003.damaged/state.json"));
    write(3);
    m_checkpoints.set_aside(3); // again: the earlier one goes
    EXPECT_THAT(m_checkpoints.steps(), ElementsAre(2));
}

// A kill in the midst of writing or removing one left a folder that looked like a checkpoint, or stayed for ever.
TEST_F(CheckpointsTest, WhatAKillLeavesIsSweptAway) {
    write(2);
    const auto dead = m_folder / ("checkpoints/.000001.cameo-new-" + this_machine() + "-0123456789ab");
    write_file(dead / "model.json", "{}");
    m_checkpoints.sweep();
    EXPECT_FALSE(std::filesystem::exists(dead));
    EXPECT_THAT(m_checkpoints.steps(), ElementsAre(2));
    EXPECT_THAT(error_of([&] { Checkpoints nowhere("/proc/checkpoints"); }), HasSubstr("/proc/checkpoints: cannot be made"));
}

} // namespace
} // namespace cameo
