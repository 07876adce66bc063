#!/usr/bin/env python3
"""Judges a run of curl's test suite: report.py RUN HERE [--again FILE] [--write README]

RUN is the directory of the run: chosen.txt, pay402.log (what runtests.pl printed), pay402.records (what
collect.pl wrote), and for tests that were run again again1.log and again1.records, and so on. HERE has
passing.txt and differences.tsv.

A test passes
  strict      if every comparison of runtests.pl is equal, byte for byte
  order       the same, but the order of header lines in a request, the case of their names and the letters
              of a multipart boundary do not count
  documented  the same, and neither does a missing "Expect: 100-continue" (README)

The state of exit is 1 if a test that is in passing.txt passes no longer, or less strictly. --again writes the numbers of those tests to a file; --write writes passing.txt and README."""
import collections, json, pathlib, re, sys

LEVELS = ["strict", "order", "documented"]
CLASSES = {"a": "not there", "b": "on purpose", "c": "without consequence"}
BEGIN, END = "<!-- curl-suite: begin -->\n", "<!-- curl-suite: end -->"


def read_log(path):
    """number -> (state, detail); state is ok, exit, empty (no request came), skipped or failed"""
    state, current = {}, None
    for line in open(path, errors="replace"):
        m = re.match(r"test (\d+)\.\.\.|test (\d+) SKIPPED", line)
        if m:
            current = int(m[1] or m[2])
            state[current] = ("skipped", line.split(": ", 1)[1].strip()) if m[2] else ("failed", "")
            continue
        if line.startswith("TESTDONE"):
            current = None
        # runtests.pl prints only the first three skips of each reason one by one.
        m = re.match(r'TESTINFO: "(.*)" \d+ times? \((.*)\)', line)
        if m:
            for n in re.findall(r"\d+(?! more)\b", m[2]):     # "and 14 more": those are in no list
                state[int(n)] = ("skipped", m[1])
        if current is None:
            continue
        if re.search(r"\bOK \(\d+ *out of", line):
            state[current] = ("ok", "")
        elif m := re.search(r"curl returned (\S+), when expecting (\S+)", line):
            state[current] = ("exit", f"exit {m[1]}, not {m[2]}")
        elif "no content at all in the file" in line:
            state[current] = ("empty", "no request")
    return state


def read_records(path):
    compared = collections.defaultdict(list)
    for line in open(path):
        record = json.loads(line)
        compared[record["test"]].append(record)
    return compared


def without_order(text, subject):
    """A request with its header lines sorted, their names in lower case, and no boundary."""
    if subject not in ("protocol", "proxy"):
        return text
    text = re.sub(r"(?m)^-{8,}[0-9a-z]*-*\r?\n?", "", text)     # the lines between the parts of a form
    text = re.sub(r"boundary=-{8,}[0-9a-z]*", "boundary=", text)
    text = re.sub(r"(?m)(?<=[^\n])(?=(?:GET|HEAD|POST|PUT|OPTIONS|CONNECT|DELETE|PATCH) \S+ HTTP/1\.[01]\r?$)", "\n", text)
    lines, head = [], None
    for line in text.splitlines(True):
        if re.match(r"[A-Z]+ \S.* HTTP/\d", line):
            lines += sorted(head or [], key=lambda l: l.split(":")[0])
            lines.append(line)
            head = []
        elif head is not None and line.strip():
            name, colon, value = line.partition(":")
            head.append(name.lower() + colon + value)
        else:
            lines += sorted(head or [], key=lambda l: l.split(":")[0])
            head = None
            lines.append(line)
    return "".join(lines + sorted(head or [], key=lambda l: l.split(":")[0]))


def without_expect(text, subject):
    text = without_order(text, subject)
    return re.sub(r"(?m)^expect: 100-continue\r?\n", "", text) if subject in ("protocol", "proxy") else text


def judge(numbers, state, compared):
    """number -> (verdict, why)"""
    verdicts = {}
    for n in numbers:
        s, detail = state.get(n, ("skipped", "one of several with the same reason"))
        different = [r for r in compared.get(n, []) if not r["same"]]
        equal = lambda change: all(change(r["got"], r["subject"]) == change(r["want"], r["subject"]) for r in different)
        if s == "skipped":
            verdicts[n] = ("skipped", detail)
        elif s != "ok":
            verdicts[n] = ("failed", detail)
        elif not different:
            verdicts[n] = ("strict", "")
        elif equal(without_order):
            verdicts[n] = ("order", "")
        elif equal(without_expect):
            verdicts[n] = ("documented", "")
        else:
            verdicts[n] = ("failed", ", ".join(sorted({r["subject"] for r in different})) + " differs")
    return verdicts


def read_differences(here):
    """number -> (class, reason)"""
    rows = (line.rstrip("\n").split("\t") for line in open(here / "differences.tsv") if line[0].isdigit())
    return {int(n): (letter, reason) for n, letter, reason in rows}


def read_passing(here):
    lines = (line.split() for line in open(here / "passing.txt") if line[0].isdigit())
    return {int(n): level for n, level in lines}


def listing(differences):
    """README's list of accepted differences: a row a reason. tests/curl_differences.rs makes the same."""
    grouped = collections.defaultdict(list)
    for n, (letter, reason) in differences.items():
        grouped[letter, reason].append(n)
    rows = sorted(grouped.items(), key=lambda row: (row[0][0], min(row[1])))
    lines = ["| difference | | curl's tests |", "| --- | --- | --- |"]
    lines += [f"| {reason} | {CLASSES[letter]} | {' '.join(map(str, sorted(n)))} |" for (letter, reason), n in rows]
    return "\n".join(lines) + "\n"


def figures(kinds, verdicts):
    rows = collections.defaultdict(collections.Counter)
    for n, (verdict, _) in verdicts.items():
        for kind in (kinds[n], "all"):
            rows[kind][verdict] += 1
    lines = []
    for kind in sorted(rows, key=lambda k: (k == "all", k)):
        count = rows[kind]
        run = sum(count.values()) - count["skipped"]
        sums = [sum(count[level] for level in LEVELS[:i + 1]) for i in range(3)]
        lines.append((kind, run, *sums, run - sums[2], count["skipped"]))
    return lines


def write(path, begin, end, text):
    old = path.read_text()
    head, rest = old.split(begin, 1)
    path.write_text(head + begin + text + end + rest.split(end, 1)[1])


def main():
    run, here = map(pathlib.Path, sys.argv[1:3])
    option = lambda name: pathlib.Path(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else None
    kinds = {int(n): kind for n, kind in (line.split() for line in open(run / "chosen.txt"))}
    verdicts = judge(kinds, read_log(run / "pay402.log"), read_records(run / "pay402.records"))
    rank = lambda verdict: LEVELS.index(verdict) if verdict in LEVELS else len(LEVELS)
    for log in sorted(run.glob("again[0-9].log")):
        second = judge(kinds, read_log(log), read_records(log.with_suffix(".records")))
        for n, verdict in second.items():
            if verdict[0] != "skipped" and rank(verdict[0]) < rank(verdicts[n][0]):
                print(f"test {n} passed when it was run again: {verdicts[n][1]}")
                verdicts[n] = verdict
    differences, passing = read_differences(here), read_passing(here)

    table = figures(kinds, verdicts)
    print(f"{'kind':20} {'run':>5} {'strict':>7} {'+order':>7} {'+documented':>12} {'failed':>7} {'skipped':>8}")
    for kind, *numbers in table:
        print(f"{kind:20} {numbers[0]:5} {numbers[1]:7} {numbers[2]:7} {numbers[3]:12} {numbers[4]:7} {numbers[5]:8}")
    for reason, count in collections.Counter(why for v, why in verdicts.values() if v == "skipped").most_common():
        print(f"skipped {count}: {reason}")
    failed = {n: why for n, (verdict, why) in verdicts.items() if verdict == "failed"}
    worse = {n: why for n, (verdict, why) in verdicts.items() if n in passing and rank(verdict) > rank(passing[n])}
    new = {n: why for n, why in failed.items() if n not in differences and n not in passing}
    for n in sorted(n for n in differences if verdicts.get(n, ("failed",))[0] in LEVELS):
        print(f"differences.tsv: test {n} passes: take its row out")
    for n in sorted(n for n, (verdict, _) in verdicts.items() if verdict in LEVELS and rank(verdict) < rank(passing.get(n))):
        print(f"passing.txt: test {n} passes now: {verdicts[n][0]}")
    for n, why in sorted(worse.items()):
        print(f"test {n} passed before ({passing[n]}), now: {verdicts[n][0]}: {why}")
    for n, why in sorted(new.items()):
        print(f"differences.tsv: test {n} fails and has no reason there: {why}")
    _, total, strict, order, documented, *_ = table[-1]
    print(f"byte for byte: {strict} of {total}")
    print(f"header order aside: {order} of {total}")
    print(f"passed {documented} of {total}")
    (run / "verdicts.json").write_text(json.dumps(verdicts))
    if again := option("--again"):
        again.write_text(" ".join(map(str, sorted(worse))))
    if readme := option("--write"):
        lines = (here / "passing.txt").read_text().splitlines(True)
        lines = [line for line in lines if line.startswith("#")]
        lines += [f"{n} {verdict}\n" for n, (verdict, _) in sorted(verdicts.items()) if verdict in LEVELS]
        (here / "passing.txt").write_text("".join(lines))
        percent = lambda part: f"{part} ({100 * part // total} %)"
        text = (f"Of the {total} tests of curl 7.88.1 that are about the tool and HTTP and that can run here, pay402 passes\n"
                f"{percent(strict)} byte for byte and {percent(documented)} with the order of headers and `Expect` aside.\n"
                f"What differs on purpose or may stay is in this list; {len(new)} tests fail and are not in it.\n\n" + listing(differences))
        write(readme, BEGIN, END, text)
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
