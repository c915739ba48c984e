#include "core/model/export.hpp"

#include "core/base/folders.hpp"
#include "core/model/came/create_came.hpp"
#include "core/model/weights/weights_file.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <cmath>
#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kTexts{"play music in the terminal", "a fast, small player!"};

TEST(ExportModel, HandsOnWhatChangedInHalfTheBytes) {
    const ModelHome home;
    Progress progress;
    create_came({.name = "m", .from = model_data("st-dense").string(), .shared = 0, .own = 1, .local_width = 6, .query_tokens = 24, .document_tokens = 24},
                kTexts, progress);
    const auto stored = folders().models() / "m", to = home / "out";
    write_file(stored / "fusion.json", "{}");
    export_model(stored, to, "handed-on");
    const auto before = WeightsFile::open(stored / "changes.safetensors"), after = WeightsFile::open(to / "changes.safetensors");
    ASSERT_EQ(before->tensors.size(), after->tensors.size());
    for (const auto& tensor : after->tensors) {
        const auto* own = before->find(tensor.name);
        ASSERT_NE(own, nullptr);
        EXPECT_EQ(tensor.shape, own->shape);
        EXPECT_EQ(tensor.type, own->shape.size() >= 2 ? DType::F16 : DType::F32) << tensor.name;
        const FloatData a(*own, before->mapping), b(tensor, after->mapping);
        for (std::size_t i = 0; i < a.values().size(); ++i) EXPECT_NEAR(a.values()[i], b.values()[i], std::abs(a.values()[i]) / 1024);
    }
    EXPECT_EQ(read_file(to / "fusion.json"), "{}");
    const auto model = Model::load(to);
    EXPECT_EQ(model->name(), "handed-on");
    const auto a = Model::load(stored)->encode(kTexts, Role::Document, 2, progress), b = model->encode(kTexts, Role::Document, 2, progress);
    for (std::size_t c = 0; c < a[0].pooled.size(); ++c) EXPECT_NEAR(a[0].pooled[c], b[0].pooled[c], 1e-2);
}

TEST(ExportModel, RefusesWhatWasNotTrainedAndWhatIsThere) {
    const ModelHome home;
    home.import("bert-mlm");
    EXPECT_THAT(error_of([&] { export_model(folders().models() / "bert-mlm", home / "out", "x"); }), HasSubstr("nothing was trained"));
    Progress progress;
    create_came({.name = "m", .from = model_data("bert-mlm").string(), .shared = 1, .own = 1, .local_width = 6, .query_tokens = 24, .document_tokens = 24}, kTexts, progress);
    EXPECT_THAT(error_of([&] { export_model(folders().models() / "m", folders().models(), "x"); }), HasSubstr("is there already"));
}

} // namespace
} // namespace cameo
