#include "core/milvus/messages.hpp"

#include <common.pb.h>

namespace cameo {

namespace {

namespace schema = milvus::proto::schema;

schema::DataType type_of(MilvusFieldKind kind) {
    switch (kind) {
    case MilvusFieldKind::Text: return schema::VarChar;
    case MilvusFieldKind::Dense: return schema::FloatVector;
    case MilvusFieldKind::Sparse: return schema::SparseFloatVector;
    }
    throw InternalError("a field of Milvus of no kind");
}

const schema::FieldData* find_field(const google::protobuf::RepeatedPtrField<schema::FieldData>& data, const std::string& name) {
    for (const auto& field : data)
        if (field.field_name() == name) return &field;
    return nullptr;
}

[[noreturn]] void not_as_asked(const std::string& field, const std::string& found) {
    throw Error(ErrorKind::InvalidInput, "field " + field + " of the server's answer: " + found);
}

} // namespace

schema::CollectionSchema milvus_schema(const std::string& collection, const std::vector<MilvusField>& fields, const std::string& description) {
    schema::CollectionSchema made;
    made.set_name(collection);
    made.set_description(description);
    auto& key = *made.add_fields();
    key.set_name(kMilvusKey);
    key.set_is_primary_key(true);
    key.set_data_type(schema::Int64);
    for (const auto& field : fields) {
        auto& one = *made.add_fields();
        one.set_name(field.name);
        one.set_data_type(type_of(field.kind));
        if (field.kind == MilvusFieldKind::Sparse) continue;
        auto& parameter = *one.add_type_params();
        parameter.set_key(field.kind == MilvusFieldKind::Text ? "max_length" : "dim");
        parameter.set_value(std::to_string(field.size));
    }
    return made;
}

void add_milvus_rows(const MilvusRows& rows, google::protobuf::RepeatedPtrField<schema::FieldData>& fields) {
    auto& key = *fields.Add();
    key.set_type(schema::Int64);
    key.set_field_name(kMilvusKey);
    auto& keys = *key.mutable_scalars()->mutable_long_data()->mutable_data();
    keys.Add(rows.keys.begin(), rows.keys.end());
    for (const auto& column : rows.columns) {
        auto& field = *fields.Add();
        field.set_type(type_of(column.kind));
        field.set_field_name(column.field);
        switch (column.kind) {
        case MilvusFieldKind::Text:
            for (const auto& text : column.bytes) field.mutable_scalars()->mutable_string_data()->add_data(text);
            break;
        case MilvusFieldKind::Dense:
            field.mutable_vectors()->set_dim(column.width);
            field.mutable_vectors()->mutable_float_vector()->mutable_data()->Add(column.floats.begin(), column.floats.end());
            break;
        case MilvusFieldKind::Sparse:
            for (const auto& vector : column.bytes) field.mutable_vectors()->mutable_sparse_float_vector()->add_contents(vector);
            break;
        }
    }
}

std::string milvus_placeholder(const MilvusSearch& search) {
    milvus::proto::common::PlaceholderGroup group;
    auto& vector = *group.add_placeholders();
    vector.set_tag("$0");
    vector.set_type(search.kind == MilvusFieldKind::Sparse ? milvus::proto::common::SparseFloatVector : milvus::proto::common::FloatVector);
    vector.add_values(search.vector);
    return group.SerializeAsString();
}

MilvusRows read_milvus_rows(const google::protobuf::RepeatedPtrField<schema::FieldData>& data, const std::vector<MilvusField>& fields) {
    MilvusRows rows;
    if (const auto* key = find_field(data, kMilvusKey)) {
        const auto& keys = key->scalars().long_data().data();
        rows.keys.assign(keys.begin(), keys.end());
    } else if (!data.empty()) {
        not_as_asked(kMilvusKey, "missing");
    }
    if (rows.keys.empty()) return rows;
    for (const auto& wanted : fields) {
        const auto* field = find_field(data, wanted.name);
        if (!field) not_as_asked(wanted.name, "missing");
        MilvusColumn column{.field = wanted.name, .kind = wanted.kind};
        std::size_t found = 0;
        switch (wanted.kind) {
        case MilvusFieldKind::Text:
            column.bytes.assign(field->scalars().string_data().data().begin(), field->scalars().string_data().data().end());
            found = column.bytes.size();
            break;
        case MilvusFieldKind::Sparse:
            column.bytes.assign(field->vectors().sparse_float_vector().contents().begin(), field->vectors().sparse_float_vector().contents().end());
            found = column.bytes.size();
            break;
        case MilvusFieldKind::Dense:
            column.width = wanted.size;
            column.floats.assign(field->vectors().float_vector().data().begin(), field->vectors().float_vector().data().end());
            found = column.floats.size() / static_cast<std::size_t>(wanted.size);
            if (column.floats.size() % static_cast<std::size_t>(wanted.size) != 0) not_as_asked(wanted.name, "vectors of another width");
            break;
        }
        if (found != rows.keys.size()) not_as_asked(wanted.name, std::to_string(found) + " values for " + std::to_string(rows.keys.size()) + " rows");
        rows.columns.push_back(std::move(column));
    }
    return rows;
}

} // namespace cameo
