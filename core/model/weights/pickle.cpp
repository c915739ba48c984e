#include "core/model/weights/pickle.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

namespace cameo {

namespace {

using Kind = PickleValue::Kind;

// One byte of a pickle can make a value of 160, and refer to one that is copied whole: so everything is bounded. A
// checkpoint of ten thousand tensors has about 200,000 values.
constexpr std::size_t kMaxValues = 2'000'000;
constexpr std::size_t kMaxNameBytes = 1'000;
constexpr std::size_t kMaxAxes = 64;

class Machine {
public:
    Machine(const std::filesystem::path& path, std::span<const std::byte> bytes) : m_path(path), m_bytes(bytes) {}

    Pickle run() {
        while (!step())
            ;
        if (m_stack.size() != 1)
            refuse("it ends with " + std::to_string(m_stack.size()) + " values instead of one");
        m_pickle.root = m_stack.back();
        return std::move(m_pickle);
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::InvalidInput,
                    m_path.string() + ": damaged pickle at byte " + std::to_string(m_at) + ": " + why);
    }
    [[noreturn]] void forbid(const std::string& what) const {
        throw Error(ErrorKind::Unsupported, m_path.string() + ": its pickle names " + what +
                                                "; only tensors and plain containers are read, and nothing is run");
    }

    std::string_view take(std::uint64_t size) {
        if (size > m_bytes.size() - m_at)
            refuse(std::to_string(size) + " bytes are announced, " + std::to_string(m_bytes.size() - m_at) + " are left");
        const std::string_view part(reinterpret_cast<const char*>(m_bytes.data()) + m_at, size);
        m_at += size;
        return part;
    }
    template <class T>
    T number() {
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string_view line() {
        const std::string_view left(reinterpret_cast<const char*>(m_bytes.data()) + m_at, m_bytes.size() - m_at);
        const auto end = left.find('\n');
        if (end == std::string_view::npos)
            refuse("a line without end");
        m_at += end + 1;
        return left.substr(0, end);
    }

    PickleValue& make(Kind kind) {
        if (m_pickle.values.size() == kMaxValues)
            refuse("it makes more than " + std::to_string(kMaxValues) + " values, which no tensors need");
        m_pickle.values.emplace_back().kind = kind;
        return m_pickle.values.back();
    }
    PickleValue& push(Kind kind) {
        PickleValue& value = make(kind);
        m_stack.push_back(&value);
        return value;
    }
    PickleValue* pop() {
        if (m_stack.empty())
            refuse("a value is taken from an empty stack");
        PickleValue* value = m_stack.back();
        m_stack.pop_back();
        return value;
    }
    PickleValue* top(Kind kind) {
        if (m_stack.empty() || m_stack.back()->kind != kind)
            refuse("a container of another kind was expected");
        return m_stack.back();
    }
    std::vector<const PickleValue*> pop_to_mark() {
        std::size_t from = m_stack.size();
        while (from > 0 && m_stack[from - 1]->kind != Kind::Mark)
            --from;
        if (from == 0)
            refuse("there is no mark on the stack");
        std::vector<const PickleValue*> items(m_stack.begin() + std::ptrdiff_t(from), m_stack.end());
        m_stack.resize(from - 1);
        return items;
    }
    void push_int(std::int64_t value) { push(Kind::Int).integer = value; }
    void push_text(Kind kind, std::uint64_t size) { push(kind).text = take(size); }
    void push_tuple(std::size_t size) {
        std::vector<const PickleValue*> items(size);
        for (std::size_t i = size; i-- > 0;)
            items[i] = pop();
        push(Kind::Tuple).items = std::move(items);
    }
    void remember(std::uint64_t key) {
        if (m_stack.empty())
            refuse("nothing to remember");
        if (m_memo.size() == kMaxValues)
            refuse("it remembers more than " + std::to_string(kMaxValues) + " values, which no tensors need");
        m_memo[key] = m_stack.back();
    }
    void recall(std::uint64_t key) {
        const auto found = m_memo.find(key);
        if (found == m_memo.end())
            refuse("it refers to value " + std::to_string(key) + ", which was never made");
        m_stack.push_back(found->second);
    }

    void push_global(const std::string& module, const std::string& name) {
        if (module.size() + name.size() > kMaxNameBytes)
            refuse("a global whose name has " + std::to_string(module.size() + name.size()) + " bytes");
        const std::string full = module + "." + name;
        const bool storage =
            (module == "torch" || module == "torch.storage") && name.size() > 7 && name.ends_with("Storage");
        if (!storage && full != "collections.OrderedDict" && full != "torch._utils._rebuild_tensor_v2" &&
            full != "torch._utils._rebuild_parameter")
            forbid(full);
        push(Kind::Global).text = full;
    }
    void reduce() {
        const PickleValue* arguments = pop();
        const PickleValue* callee = pop();
        if (callee->kind != Kind::Global || arguments->kind != Kind::Tuple)
            refuse("a call of something that is no global");
        const auto& items = arguments->items;
        if (callee->text == "collections.OrderedDict") {
            if (!items.empty())
                refuse("an OrderedDict with arguments");
            push(Kind::Dict);
        } else if (callee->text == "torch._utils._rebuild_parameter") {
            if (items.empty() || items[0]->kind != Kind::Tensor)
                refuse("a parameter without a tensor");
            m_stack.push_back(const_cast<PickleValue*>(items[0]));
        } else if (callee->text == "torch._utils._rebuild_tensor_v2") {
            rebuild_tensor(items);
        } else {
            forbid("a call of " + callee->text);
        }
    }
    std::vector<std::int64_t> integers(const PickleValue& tuple) {
        std::vector<std::int64_t> numbers;
        for (const auto* item : tuple.items) {
            if (item->kind != Kind::Int || item->integer < 0)
                refuse("a tensor's size that is no natural number");
            numbers.push_back(item->integer);
        }
        return numbers;
    }
    void rebuild_tensor(const std::vector<const PickleValue*>& items) {
        if (items.size() < 4 || items[0]->kind != Kind::Storage || items[1]->kind != Kind::Int ||
            items[1]->integer < 0 || items[2]->kind != Kind::Tuple || items[3]->kind != Kind::Tuple ||
            items[2]->items.size() != items[3]->items.size())
            refuse("a tensor that lacks storage, offset, shape or strides");
        if (items[2]->items.size() > kMaxAxes)
            refuse("a tensor of " + std::to_string(items[2]->items.size()) + " axes");
        auto shape = integers(*items[2]);
        auto strides = integers(*items[3]);
        PickleValue& tensor = push(Kind::Tensor);
        tensor.items = {items[0]};
        tensor.integer = items[1]->integer;
        tensor.shape = std::move(shape);
        tensor.strides = std::move(strides);
    }
    void push_storage() {
        const PickleValue* id = pop();
        if (id->kind != Kind::Tuple || id->items.size() < 5 || id->items[0]->text != "storage" ||
            id->items[1]->kind != Kind::Global || id->items[2]->kind != Kind::Text || id->items[4]->kind != Kind::Int)
            refuse("a persistent id that is no storage");
        if (id->items[2]->text.size() > kMaxNameBytes)
            refuse("a storage whose name has " + std::to_string(id->items[2]->text.size()) + " bytes");
        PickleValue& storage = push(Kind::Storage);
        const std::string& type = id->items[1]->text;
        storage.storage_type = type.substr(type.rfind('.') + 1);
        storage.text = id->items[2]->text;
        storage.integer = id->items[4]->integer;
    }
    void add_to_dict(const std::vector<const PickleValue*>& items) {
        if (items.size() % 2 != 0)
            refuse("a key without a value");
        PickleValue* dict = top(Kind::Dict);
        dict->items.insert(dict->items.end(), items.begin(), items.end());
    }

    bool step();

    const std::filesystem::path& m_path;
    std::span<const std::byte> m_bytes;
    std::size_t m_at = 0;
    Pickle m_pickle;
    std::vector<PickleValue*> m_stack;
    std::unordered_map<std::uint64_t, PickleValue*> m_memo;
};

// One opcode (Python's pickletools lists them). @returns true at STOP.
bool Machine::step() {
    const auto opcode = number<std::uint8_t>();
    switch (opcode) {
    case 0x80: take(1); return false;                                   // PROTO
    case 0x95: take(8); return false;                                   // FRAME
    case '.': return true;                                              // STOP
    case '(': push(Kind::Mark); return false;                           // MARK
    case '0': pop(); return false;                                      // POP
    case '1': pop_to_mark(); return false;                              // POP_MARK
    case 'N': push(Kind::None); return false;                           // NONE
    case 0x88: push(Kind::Bool).integer = 1; return false;              // NEWTRUE
    case 0x89: push(Kind::Bool).integer = 0; return false;              // NEWFALSE
    case 'J': push_int(number<std::int32_t>()); return false;           // BININT
    case 'K': push_int(number<std::uint8_t>()); return false;           // BININT1
    case 'M': push_int(number<std::uint16_t>()); return false;          // BININT2
    case 'G': {                                                         // BINFLOAT, big-endian
        push(Kind::Float).number = std::bit_cast<double>(__builtin_bswap64(number<std::uint64_t>()));
        return false;
    }
    case 0x8a: {                                                        // LONG1, two's complement
        const auto digits = take(number<std::uint8_t>());
        if (digits.size() > 8)
            refuse("an integer of " + std::to_string(digits.size()) + " bytes");
        std::uint64_t value = !digits.empty() && (digits.back() & 0x80) ? ~std::uint64_t(0) : 0;
        std::memcpy(&value, digits.data(), digits.size());
        push_int(std::int64_t(value));
        return false;
    }
    case 0x8c: push_text(Kind::Text, number<std::uint8_t>()); return false;   // SHORT_BINUNICODE
    case 'X': push_text(Kind::Text, number<std::uint32_t>()); return false;   // BINUNICODE
    case 0x8d: push_text(Kind::Text, number<std::uint64_t>()); return false;  // BINUNICODE8
    case 'C':                                                                 // SHORT_BINBYTES
    case 'U': push_text(Kind::Bytes, number<std::uint8_t>()); return false;   // SHORT_BINSTRING
    case 'B':                                                                 // BINBYTES
    case 'T': push_text(Kind::Bytes, number<std::uint32_t>()); return false;  // BINSTRING
    case ')': push(Kind::Tuple); return false;                          // EMPTY_TUPLE
    case 't': {                                                         // TUPLE
        auto items = pop_to_mark();
        push(Kind::Tuple).items = std::move(items);
        return false;
    }
    case 0x85: push_tuple(1); return false;                             // TUPLE1
    case 0x86: push_tuple(2); return false;                             // TUPLE2
    case 0x87: push_tuple(3); return false;                             // TUPLE3
    case ']': push(Kind::List); return false;                           // EMPTY_LIST
    case 'a': {                                                         // APPEND
        const auto* item = pop();
        top(Kind::List)->items.push_back(item);
        return false;
    }
    case 'e': {                                                         // APPENDS
        const auto items = pop_to_mark();
        auto& list = top(Kind::List)->items;
        list.insert(list.end(), items.begin(), items.end());
        return false;
    }
    case '}': push(Kind::Dict); return false;                           // EMPTY_DICT
    case 's': {                                                         // SETITEM
        const auto* item = pop();
        const auto* key = pop();
        add_to_dict({key, item});
        return false;
    }
    case 'u': add_to_dict(pop_to_mark()); return false;                 // SETITEMS
    case 'q': remember(number<std::uint8_t>()); return false;           // BINPUT
    case 'r': remember(number<std::uint32_t>()); return false;          // LONG_BINPUT
    case 0x94: remember(m_memo.size()); return false;                   // MEMOIZE
    case 'h': recall(number<std::uint8_t>()); return false;             // BINGET
    case 'j': recall(number<std::uint32_t>()); return false;            // LONG_BINGET
    case 'c': {                                                         // GLOBAL
        const std::string module(line());
        push_global(module, std::string(line()));
        return false;
    }
    case 0x93: {                                                        // STACK_GLOBAL
        const std::string name = pop()->text;
        push_global(pop()->text, name);
        return false;
    }
    case 'R': reduce(); return false;                                   // REDUCE
    case 'Q': push_storage(); return false;                             // BINPERSID
    case 'b': {                                                         // BUILD
        // An OrderedDict's attributes (torch's `_metadata`): nothing that weights need.
        pop();
        top(Kind::Dict);
        return false;
    }
    default:
        forbid("opcode 0x" + std::string(1, "0123456789abcdef"[opcode >> 4]) +
               std::string(1, "0123456789abcdef"[opcode & 15]));
    }
}

} // namespace

Pickle read_pickle(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    return Machine(path, bytes).run();
}

} // namespace cameo
