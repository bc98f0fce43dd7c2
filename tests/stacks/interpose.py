"""Writes, from include/taos.h, a C file with a function of each name of the library, which has a helper of caller.h call it."""
import re

from support.paths import INCLUDE

HEAD = '#include "caller.h"\n'
# Ended by their cancellation points and by exit handlers, these stay on the program's own thread.
DECLARATION = re.compile(r"^([A-Za-z_][\w \*]*?)\b(taos_\w+|tmq_\w+|getBuildInfo)\(([^;{}]*)\);", re.M)


def declarations():
    """(type, name, [(type, name)]) of each function."""
    text = (INCLUDE / "taos.h").read_text()
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    for returns, name, arguments in DECLARATION.findall(text):
        if "typedef" in returns or "define" in returns:
            continue
        arguments = " ".join(arguments.split())
        pairs = []
        for argument in ([] if arguments == "void" else arguments.split(", ")):
            if argument != "...":
                kind, own = re.fullmatch(r"(.*?)(\w+)(?:\[\])?", argument).groups()
                pairs.append((kind.strip(), own))
        yield returns.strip(), name, pairs, "..." in arguments


def source():
    parts, table = [HEAD], []
    for number, (returns, name, arguments, variadic) in enumerate(declarations()):
        void = returns == "void"
        table.append('{"%s", NULL, 0, 0}' % name)
        fields = "".join("  %s %s;\n" % pair for pair in arguments) + ("" if void else "  %s returned_;\n" % returns) + "  char none_;\n"
        listed = ", ".join("%s %s" % pair for pair in arguments) or "void"
        types = ", ".join(kind for kind, _ in arguments) or "void"
        passed = ", ".join("a_->" + own for _, own in arguments)
        tail = ", ..." if variadic else ""
        parts.append("struct of_%s {\n%s};\n" % (name, fields))
        parts.append("static void call_%s(void *at_) {\n  struct of_%s *a_ = at_;\n  %s((%s(*)(%s%s))functions[%d].real)(%s);\n}\n"
                     % (name, name, "" if void else "a_->returned_ = ", returns, types, tail, number, passed or ""))
        if not passed:
            parts[-1] = parts[-1].replace("void *at_) {\n  struct of_%s *a_ = at_;" % name, "void *at_) {\n  struct of_%s *a_ = at_;\n  (void)a_;" % name)
        values = "".join(", .%s = %s" % (own, own) for _, own in arguments)
        parts.append("%s %s(%s%s) {\n  struct of_%s all_ = {.none_ = 0%s};\n  make_call(functions + %d, call_%s, &all_);\n%s}\n"
                     % (returns, name, listed, tail, name, values, number, name, "" if void else "  return all_.returned_;\n"))
    parts.append("static struct function functions[] = {\n  %s\n};\nstatic const size_t function_count = %d;\n" % (",\n  ".join(table), len(table)))
    return "\n".join(parts)


if __name__ == "__main__":
    print(source())
