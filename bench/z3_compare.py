"""Reads problems as JSON Lines on standard input and writes z3's answer to each: is there a request that NEW allows and
OLD does not? Solving is timed, and apart from it the making and asserting of the problem. A problem is what bench/z3.ts makes of two documents."""

import json
import sys
import time

import z3

ANY = z3.Full(z3.ReSort(z3.StringSort()))
ONE = z3.AllChar(z3.ReSort(z3.StringSort()))


def glob(text):
    """A pattern of `*` and `?` as an expression."""
    parts = []
    literal = ""
    for letter in text:
        if letter in "*?":
            if literal:
                parts.append(z3.Re(literal))
                literal = ""
            parts.append(ANY if letter == "*" else ONE)
        else:
            literal += letter
    if literal or not parts:
        parts.append(z3.Re(literal))
    return parts[0] if len(parts) == 1 else z3.Concat(*parts)


def matches(value, text):
    """Plain tests where they will do: they are far cheaper than expressions."""
    inner = text.strip("*")
    if "*" in inner or "?" in inner:
        return z3.InRe(value, glob(text))
    if text == "" or "*" not in text:
        return value == z3.StringVal(text)
    if inner == "":
        return z3.BoolVal(True)
    if text.startswith("*"):
        return z3.Contains(value, inner) if text.endswith("*") else z3.SuffixOf(z3.StringVal(inner), value)
    return z3.PrefixOf(z3.StringVal(inner), value)


class Problem:
    def __init__(self, given):
        self.service = z3.String("service")
        self.name = z3.String("name")
        self.no_resource = z3.Bool("no resource")
        # The first segment is `arn`; no segment but the last holds a colon, which no pattern can see.
        self.segments = [z3.String("segment %d" % i) for i in range(1, 6)]
        self.present = {}
        self.values = {}
        self.given = given

    def key(self, name, kind):
        if name not in self.values:
            make = {"text": z3.String, "number": z3.Real, "bool": z3.Bool}[kind]
            self.values[name] = make(name)
            self.present[name] = z3.Bool("present " + name)
        return self.present[name], self.values[name]

    def arn(self, text):
        first, *segments = text.split(":", 5)
        tests = [matches(value, part) for value, part in zip(self.segments, segments)]
        return z3.And(z3.Not(self.no_resource), z3.BoolVal(first in ("arn", "*")), *tests)

    def names(self, text):
        if text == "*":
            return z3.BoolVal(True)
        service, name = text.split(":", 1)
        return z3.And(self.service == z3.StringVal(service), matches(self.name, name))

    def line(self, line):
        if line["op"] == "opaque":
            return z3.Bool(json.dumps(line))
        present, value = self.key(line["key"], line["kind"])
        if line["op"] == "null":
            return z3.Or([present == (wanted == "false") for wanted in line["values"]])
        tests = []
        for wanted in line["values"]:
            if line["op"] == "like":
                tests.append(matches(value, wanted))
            elif line["op"] == "equals":
                tests.append(value == z3.StringVal(wanted))
            elif line["op"] == "bool":
                tests.append(value if wanted == "true" else z3.Not(value))
            else:
                number = z3.RealVal(wanted)
                tests.append({"<": value < number, "<=": value <= number, "=": value == number,
                              ">": value > number, ">=": value >= number}[line["op"]])
        any_of = z3.Or(tests)
        if line["negated"]:
            return z3.Or(z3.Not(present), z3.Not(any_of))
        return z3.Or(z3.Not(present), any_of) if line["ifExists"] else z3.And(present, any_of)

    def statement(self, one):
        actions = z3.Or([self.names(text) for text in one["actions"]])
        tests = []
        for text in one["resources"]:
            tests.append(z3.BoolVal(True) if text == "*" else self.arn(text))
        resources = z3.Or(tests)
        if one["notAction"]:
            actions = z3.Not(actions)
        if one["notResource"]:
            resources = z3.Not(resources)
        return z3.And(actions, resources, *[self.line(line) for line in one["lines"]])

    def allowed(self, statements):
        allow = [self.statement(one) for one in statements if one["effect"] == "Allow"]
        deny = [self.statement(one) for one in statements if one["effect"] == "Deny"]
        return z3.And(z3.Or(allow), z3.Not(z3.Or(deny)))

    def solver(self):
        solver = z3.Solver()
        solver.set("timeout", self.given.get("timeout", 5000))
        solver.add(z3.Or([self.service == z3.StringVal(name) for name in self.given["services"]]))
        solver.add(self.name != z3.StringVal(""))
        for segment in self.segments[:4]:
            solver.add(z3.Not(z3.Contains(segment, ":")))
        for name, form in self.given["forms"].items():
            is_it = self.names(name)
            in_s3 = self.arn("arn:*:s3:::*")
            has_key = self.arn("arn:*:s3:::*/*")
            if form == "none":
                solver.add(z3.Implies(is_it, self.no_resource))
            elif form == "object":
                solver.add(z3.Implies(z3.And(is_it, in_s3), has_key))
            elif form == "bucket":
                solver.add(z3.Implies(z3.And(is_it, in_s3), z3.Not(has_key)))
        for gate in self.given.get("gates", []):
            solver.add(self.allowed(gate))
        solver.add(self.allowed(self.given["new"]))
        solver.add(z3.Not(self.allowed(self.given["old"])))
        for name in self.given["always"]:
            if name in self.present:
                solver.add(self.present[name])
        return solver


# What is answered at once is asked again, with everything made anew; the median counts.
ROUNDS = 5
SHORT = 100


def timed(given):
    begun = time.perf_counter()
    solver = Problem(given).solver()
    start = time.perf_counter()
    answer = str(solver.check())
    end = time.perf_counter()
    return {"answer": answer, "ms": (end - start) * 1000, "asserting": (start - begun) * 1000}


def main():
    for text in sys.stdin:
        if not text.strip():
            continue
        given = json.loads(text)
        try:
            runs = [timed(given)]
            while len(runs) < ROUNDS and runs[0]["ms"] < SHORT:
                runs.append(timed(given))
            middle = sorted(runs, key=lambda run: run["ms"])[len(runs) // 2]
            print(json.dumps({"id": given["id"], **middle}), flush=True)
        except z3.Z3Exception as error:
            print(json.dumps({"id": given["id"], "answer": "error", "why": str(error)}), flush=True)


if __name__ == "__main__":
    main()
