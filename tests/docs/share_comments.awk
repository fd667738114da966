# What Doxygen reads of a header. In xgrad a comment stands for all declarations up to the next comment or empty line,
# so that overloads and twins need it once; Doxygen wants one each, and gets it here. What only repeats another place has
# none of its own and gets a reference to it: second names, methods of Tensor that are functions too, and the options,
# constructors and forward() of modules, which their class describes.
function name_in(line) { return match(line, /[A-Za-z_0-9]+\(/) ? substr(line, RSTART, RLENGTH - 1) : "" }
function made_comment(line, call, name) {
  if (match(line, /^inline .*{ return [a-z_0-9]+\([^()]*\); }$/)) {
    call = line
    sub(/^.*{ return /, "", call)
    sub(/; }$/, "", call)
    return "/// `" call "`: see \\ref xgrad::" name_in(call) "()."
  }
  if (match(line, /^using [A-Za-z0-9_]+ = .*;$/)) {
    sub(/^using [A-Za-z0-9_]+ = /, "", line)
    sub(/;$/, "", line)
    return "/// Another name of `" line "`."
  }
  if (FILENAME ~ /\/nn\// && line ~ /^(explicit )?[A-Za-z0-9]+(Options|Impl)\(/) return "/// With these options."
  if (FILENAME ~ /\/nn\// && line ~ /^Tensor forward\(/) return "/// What the class computes, of these inputs."
  if (FILENAME !~ /core\/tensor/ || line !~ /^(Tensor&?|std::(tuple|vector)<.*>) [a-z_0-9]+\(/) return ""
  name = name_in(line)
  if (name !~ /_$/) return "/// \\ref xgrad::" name "() with this tensor as its first argument."
  sub(/_$/, "", name)
  return "/// Writes the result of \\ref xgrad::" name "() into this tensor and returns it; recorded on the tape."
}
{
  match($0, /^ */)
  indent = RLENGTH
  text = substr($0, indent + 1)
  code = $0
  sub(/[ \t]*\/\/.*$/, "", code)
}
text ~ /^#/ { print; next }
# An option: a member with the default that follows the macro.
text ~ /^TORCH_ARG\(.*\).*;$/ {
  type = text
  sub(/^TORCH_ARG\(\(?/, "", type)
  name = type
  sub(/\)?, *[A-Za-z_0-9]+\).*$/, "", type)
  sub(/^.*, */, "", name)
  initial = name
  sub(/\).*$/, "", name)
  if (initial ~ / = /) sub(/^.* = /, ", by default ", initial)
  else initial = ""
  sub(/;$/, "", initial)
  if (!in_comment) print "/// An option, described with its class" (initial ? initial : "") "; set by calling it with a value."
  print type " " name ";"
  in_comment = 0
  complete = 1
  next
}
match(text, /^TORCH_MODULE\([A-Za-z0-9]+\);$/) {
  name = substr(text, 14, RLENGTH - 15)
  print "/// Holds a " name "Impl."
  print "class " name " : public ModuleHolder<" name "Impl> {};"
  in_comment = 0
  complete = 1
  next
}
text == "" { delete shared; complete = 1; print; next }
{ for (deeper in shared) if (deeper + 0 > indent) delete shared[deeper] }
text ~ /^\/\/\/([^<]|$)/ {
  shared[indent] = (in_comment ? shared[indent] : "") $0 "\n"
  in_comment = 1
  print
  next
}
text ~ /^(\/\/[^\/]|})/ || text ~ /^(public|private|protected):/ {
  if (text ~ /^[\/p]/) delete shared[indent]
  in_comment = 0
  complete = 1
  print
  next
}
{
  if (complete && !in_comment && $0 !~ /\/\/\/<|= delete;/ && text !~ /^(namespace|extern|~|class [A-Za-z]+;)/) {
    made = name_in(text) == first[indent] && indent in shared ? "" : made_comment(text)
    if (made != "") print made
    else if (indent in shared) printf "%s", shared[indent]
  }
  if (in_comment) first[indent] = name_in(text)
  in_comment = 0
  complete = code ~ /[;}]$/ || code ~ /^ *(template <.*> )?(class|struct|namespace) .*{$/
  print
}
