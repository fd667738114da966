#include <xgrad/nn/serialize/safetensors.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <xgrad/core/factories.hpp>
#include <xgrad/nn/serialize/elements.hpp>

namespace xgrad::serialize {
namespace {

using nlohmann::json;

constexpr uint64_t longest_safetensors_header = 100'000'000;  // the format's own limit
constexpr const char* metadata_key = "__metadata__";

constexpr std::pair<const char*, ScalarType> safetensors_dtypes[] = {
    {"BOOL", kBool}, {"U8", kByte}, {"I32", kInt}, {"I64", kLong}, {"F32", kFloat}, {"F64", kDouble}};

const char* name_of(ScalarType type) {
  return std::find_if(std::begin(safetensors_dtypes), std::end(safetensors_dtypes),
                      [&](const auto& d) { return d.second == type; })
      ->first;
}

struct Entry {
  std::string name;
  ScalarType dtype;
  Dims shape;
  uint64_t begin, end;
};

// Parses the header; a name that comes twice, which JSON libraries let pass, is refused.
json parse_header(const Input& input, const std::string& text) {
  if (text.empty() || text.front() != '{')
    input.refuse(
        "this is no safetensors file: its header does not begin with '{'. Give a file made by save() or "
        "by safetensors.torch.save_file()");
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto watch = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second)
      input.refuse("the name '", value.get<std::string>(),
                   "' comes twice in the header: which one is meant? Save the file again");
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::exception& e) {
    input.refuse("the header is no valid JSON (", e.what(), "). Save or copy the file again");
  }
}

std::map<std::string, std::string> parse_metadata(const Input& input, const json& value) {
  if (!value.is_object()) input.refuse("'__metadata__' is not an object of texts. Save the file again");
  std::map<std::string, std::string> metadata;
  for (const auto& [name, text] : value.items()) {
    if (!text.is_string()) input.refuse("'", name, "' in '__metadata__' is not a text. Save the file again");
    metadata[name] = text.get<std::string>();
  }
  return metadata;
}

Entry parse_entry(const Input& input, const std::string& name, const json& value) {
  const auto refuse = [&](const auto&... parts) { input.refuse("entry '", name, "': ", parts...); };
  for (const char* key : {"dtype", "shape", "data_offsets"})
    if (!value.is_object() || !value.contains(key))
      refuse("the header does not say its ", key, ". Save the file again");
  if (value.size() != 3) refuse("the header says more than dtype, shape and data_offsets of it");

  const json &dtype = value["dtype"], &shape = value["shape"], &offsets = value["data_offsets"];
  const auto* known = std::find_if(
      std::begin(safetensors_dtypes), std::end(safetensors_dtypes),
      [&](const auto& d) { return dtype.is_string() && dtype.get_ref<const std::string&>() == d.first; });
  if (known == std::end(safetensors_dtypes))
    refuse("its dtype ", dtype.dump(), " is none of xgrad's: BOOL, U8, I32, I64, F32 and F64. ",
           "Convert the tensor in Python, for example with .float(), and save the file again");

  Entry entry{name, known->second, {}, 0, 0};
  const auto is_count = [](const json& n) { return n.is_number_unsigned(); };
  if (!shape.is_array() || !std::all_of(shape.begin(), shape.end(), is_count))
    refuse("its shape ", shape.dump(), " is not a list of non-negative integers. Save the file again");
  std::vector<uint64_t> sizes = shape.get<std::vector<uint64_t>>();
  const auto bytes = bytes_of(sizes, entry.dtype);
  if (!bytes) refuse("its shape ", shape.dump(), " is too large for any file. Save the file again");
  for (const uint64_t size : sizes) entry.shape.push_back(static_cast<int64_t>(size));

  if (!offsets.is_array() || offsets.size() != 2 || !is_count(offsets[0]) || !is_count(offsets[1]))
    refuse("its data_offsets ", offsets.dump(), " are not two non-negative integers. Save the file again");
  entry.begin = offsets[0].get<uint64_t>();
  entry.end = offsets[1].get<uint64_t>();
  if (entry.end < entry.begin || entry.end - entry.begin != *bytes)
    refuse("its data_offsets ", offsets.dump(), " do not enclose the ", *bytes, " bytes that shape ",
           shape.dump(), " and dtype ", dtype.dump(), " take. Save the file again");
  return entry;
}

// The arrays must follow each other without overlap or hole, and end where the file ends.
void check_layout(const Input& input, std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != at)
      input.refuse("entry '", entry.name, "': its elements begin at byte ", entry.begin,
                   entry.begin < at ? ", within those of another entry, which end at "
                                    : ", after a hole that begins at ",
                   at, ". Save the file again");
    at = entry.end;
    if (at > input.left())
      input.refuse("entry '", entry.name, "': its elements end at byte ", at, ", but the file has only ",
                   input.left(), " bytes of elements: it is truncated. Save or copy it again");
  }
}

}  // namespace

void save_safetensors(const NamedTensors& content, const Sink& sink) {
  json header = json::object();
  header[metadata_key] = content.metadata;
  header[metadata_key]["format"] = "pt";  // what Python's loaders for PyTorch look for
  // By width, the wide types first: so all elements are aligned.
  std::multimap<size_t, std::pair<std::string, Tensor>, std::greater<>> ordered;
  for (const auto& [name, tensor] : content.tensors.pairs()) {
    if (!tensor.defined()) fail("save: '", name, "' is undefined: there is nothing to save");
    if (name == metadata_key)
      fail("save: '", name, "' is a name that the format keeps for itself: choose another");
    ordered.emplace(tensor.element_size(), std::pair(name, tensor.detach().contiguous()));
  }
  uint64_t at = 0;
  for (const auto& [width, entry] : ordered) {
    const auto& [name, tensor] = entry;
    const uint64_t end = at + tensor.nbytes();
    header[name] = {
        {"dtype", name_of(tensor.dtype())}, {"shape", tensor.sizes().vec()}, {"data_offsets", {at, end}}};
    at = end;
  }

  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception& e) {
    fail("save: a name is not valid UTF-8, which safetensors files need: ", e.what());
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  sink.write([&](const Sink::Write& write) {
    uint64_t length = text.size();
    reorder(&length, 1, sizeof length, std::endian::little);
    write(&length, sizeof length);
    write(text.data(), text.size());
    for (const auto& [width, entry] : ordered) write_elements(write, entry.second);
  });
}

NamedTensors load_safetensors(Input& input) {
  const uint64_t length = read_number(input, sizeof length, "the length of the header");
  if (length > longest_safetensors_header || length > input.left())
    input.refuse(
        "the header would be ", length, " bytes long, but ",
        length > longest_safetensors_header ? "100 MB is the format's limit" : "the file ends before that",
        ": this is no safetensors file, or a damaged or truncated one. Save or copy it again");
  std::string text(static_cast<size_t>(length), '\0');
  input.read(text.data(), length, "the header");

  NamedTensors content;
  std::vector<Entry> entries;
  for (const json header = parse_header(input, text); const auto& [name, value] : header.items()) {
    if (name == metadata_key)
      content.metadata = parse_metadata(input, value);
    else
      entries.push_back(parse_entry(input, name, value));
  }
  check_layout(input, entries);
  content.tensors.reserve(entries.size());
  for (const Entry& entry : entries)
    content.tensors.insert(entry.name,
                           read_elements(input, entry.shape, entry.dtype, "entry '" + entry.name + "'"));
  input.finish();
  return content;
}

NamedTensors load_safetensors(const Source& source) {
  Input input(source);
  return load_safetensors(input);
}

}  // namespace xgrad::serialize
