"""The runner of the typing cases reads markers and reports, and lets no deviation pass; no checker runs here."""

# Next to run.py, which is a script: this directory has no __init__.py, since a package named `typing` would hide the
# standard library's from every script in tests/.
import json
from pathlib import Path

import pytest
import run
from run import Case, Finding, RunError, judge, main, parse_cases, parse_mypy, parse_pyright, read_cases

REJECTED = Case("calls.py", 3, "wrong", {"mypy": frozenset({"arg-type", "misc"}), "pyright": frozenset({"reportCall"})})
ACCEPTED = Case("calls.py", 4, "right", None)

MYPY_REPORT = """\
calls.py:3: error: Argument 1 has type "list[int]"; expected "str"  [arg-type]
calls.py:3: note: Possible overload variants:
sub.py:12: error: No code: at all
Found 2 errors in 2 files (checked 5 source files)
"""


def pyright_report(*diagnostics: dict[str, object], files: int = 5) -> str:
    """A report as pyright prints it."""
    return json.dumps({"generalDiagnostics": diagnostics, "summary": {"filesAnalyzed": files}})


def test_markers_are_read():
    """Both forms of a marker become cases with their line; other comments do not."""
    source = "a()  # a comment\nb()  # [b-1]\nc()  # [c] E(mypy=arg-type,misc; pyright=reportCall,reportType)\n"

    assert parse_cases("x.py", source) == [
        Case("x.py", 2, "b-1", None),
        Case(
            "x.py",
            3,
            "c",
            {"mypy": frozenset({"arg-type", "misc"}), "pyright": frozenset({"reportCall", "reportType"})},
        ),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a()  #[a]",
        "a()  # [A b]",
        "a()  # [a] and more",
        "a()  # [a] E()",
        "a()  # [a] E(mypy=arg-type)",
        "a()  # [a] E(mypy=; pyright=reportCall)",
        "a()  # [a] E(mypy=arg-type; pyright=reportCall",
        "a()  # [a] E(mypy=arg-type; pyrigth=reportCall)",
        "a()  # [a] E(mypy=arg-type; mypy=misc)",
        "a()  # E(mypy=arg-type; pyright=reportCall)",
    ],
)
def test_a_malformed_marker_is_refused(line: str):
    """A misspelt marker does not turn a case into a line that must merely be clean."""
    with pytest.raises(RunError, match=r"^x\.py:2: not a marker"):
        parse_cases("x.py", f"\n{line}\n")


def test_ids_are_unique(tmp_path: Path):
    """The second use of an id is refused, in whichever file."""
    (tmp_path / "a.py").write_text("a()  # [same]\n")
    (tmp_path / "b.py").write_text("\nb()  # [same]\n")

    with pytest.raises(RunError, match=r"b\.py:2: \[same\] is also the id of a\.py:1"):
        read_cases(tmp_path)


def test_no_cases_is_an_error(tmp_path: Path):
    """A directory without cases does not pass for one whose cases are all as expected."""
    (tmp_path / "a.py").write_text("a()\n")

    with pytest.raises(RunError, match="no cases"):
        read_cases(tmp_path)


def test_the_project_has_cases_of_both_kinds():
    """The project's own case files are well formed."""
    cases = read_cases(run.CASES)

    assert any(case.codes is None for case in cases)
    assert any(case.codes is not None for case in cases)


@pytest.mark.parametrize(
    ("checker", "code"),
    [("mypy", "arg-type"), ("mypy", "misc"), ("pyright", "reportCall")],
)
def test_all_as_marked(checker: str, code: str):
    """A rejected line with one of its codes and an accepted line without errors deviate in nothing."""
    assert judge(checker, [REJECTED, ACCEPTED], [Finding("calls.py", 3, code, "no")]) == []


def test_consequences_of_an_expected_error_are_no_deviation():
    """Beside an expected code others may stand on the line: a rejected call has no type, for one."""
    findings = [Finding("calls.py", 3, "untyped", "so"), Finding("calls.py", 3, "arg-type", "no")]

    assert judge("mypy", [REJECTED], findings) == []


@pytest.mark.parametrize(
    ("checker", "findings", "expected"),
    [
        ("mypy", [], "calls.py:3: [wrong] must be rejected, and is accepted"),
        (
            "mypy",
            [Finding("calls.py", 3, "reportCall", "no")],
            "calls.py:3: [wrong] must be rejected with arg-type or misc: reportCall: no",
        ),
        (
            "pyright",
            [Finding("calls.py", 3, "arg-type", "no")],
            "calls.py:3: [wrong] must be rejected with reportCall: arg-type: no",
        ),
        (
            "mypy",
            [Finding("calls.py", 3, "misc", "no"), Finding("calls.py", 4, "misc", "no")],
            "calls.py:4: [right] must be accepted: misc: no",
        ),
        (
            "mypy",
            [Finding("calls.py", 3, "misc", "no"), Finding("calls.py", 5, "misc", "no")],
            "calls.py:5: not marked: misc: no",
        ),
        (
            "mypy",
            [Finding("calls.py", 3, "misc", "no"), Finding("_domain.py", 4, "misc", "no")],
            "_domain.py:4: not marked: misc: no",
        ),
    ],
    ids=["no-error", "other-code", "code-of-other-checker", "accepted-line", "unmarked-line", "unmarked-file"],
)
def test_a_deviation_is_reported(checker: str, findings: list[Finding], expected: str):
    """Each way of not being as marked is reported, with its place."""
    assert judge(checker, [REJECTED, ACCEPTED], findings) == [expected]


def test_mypy_report():
    """Errors are read, notes are not, and an error without a code is one too."""
    assert parse_mypy(MYPY_REPORT, 5) == [
        Finding("calls.py", 3, "arg-type", 'Argument 1 has type "list[int]"; expected "str"'),
        Finding("sub.py", 12, "error", "No code: at all"),
    ]


@pytest.mark.parametrize("files", [1, 5])
def test_clean_mypy_report(files: int):
    """A report without errors counts as one if it names all files."""
    assert parse_mypy(f"Success: no issues found in {files} source file{'s' if files > 1 else ''}\n", files) == []


@pytest.mark.parametrize(
    "report",
    [
        "",
        "Success: no issues found in 4 source files\n",
        "Found 2 errors in 2 files (checked 4 source files)\n",
        "Found 1 error in 1 file (errors prevented further checking)\n",
    ],
)
def test_mypy_that_did_not_check_all_files(report: str):
    """A report on other than all the files is an error, not a clean report."""
    with pytest.raises(RunError, match="mypy did not check 5 files"):
        parse_mypy(report, 5)


def test_pyright_report():
    """Errors are read with lines that count from one; warnings are not errors."""
    place = {"file": "cases/calls.py", "range": {"start": {"line": 2, "character": 0}}, "message": "no"}
    report = pyright_report(
        {**place, "severity": "error", "rule": "reportCall"},
        {**place, "severity": "error"},
        {**place, "severity": "warning", "rule": "reportCall"},
    )

    assert parse_pyright(report, 5) == [
        Finding("calls.py", 3, "reportCall", "no"),
        Finding("calls.py", 3, "error", "no"),
    ]


def test_pyright_that_did_not_check_all_files():
    """A report on other than all the files is an error, not a clean report."""
    with pytest.raises(RunError, match="pyright did not check 5 files"):
        parse_pyright(pyright_report(files=0), 5)


@pytest.mark.parametrize("status", [2, 3, -9])
def test_a_checker_that_crashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int):
    """A status that no finished check has is an error, whatever was printed."""
    (tmp_path / "crash.py").write_text(
        f"import os; os.kill(os.getpid(), {-status}) if {status} < 0 else exit({status})"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(RunError, match=f"crash ended with status {status}"):
        run.call(tmp_path, "crash")


def test_a_checker_that_is_not_installed(tmp_path: Path):
    """No report is an error that shows what the interpreter said."""
    with pytest.raises(RunError, match="No module named no_such_checker"):
        run.call(tmp_path, "no_such_checker")


@pytest.mark.parametrize(("lost", "status"), [(0, 0), (1, 1)])
def test_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, lost: int, status: int
):
    """The status is 1 if a case that must be rejected is accepted, and every run has its line."""
    (tmp_path / "calls.py").write_text("\n\na()  # [wrong] E(mypy=misc; pyright=reportCall)\n")
    monkeypatch.setattr(run, "CASES", tmp_path)
    found = [Finding("calls.py", 3, "misc", "no")]
    monkeypatch.setitem(run.CHECKERS, "mypy", lambda _directory, _python, _target, _cache: found[lost:])

    assert main(["--checker", "mypy", "--target", "3.10", "--target", "3.14"]) == status

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"mypy 3.14: 1 cases, {lost} deviations"
    assert sum(line.startswith("mypy 3.") for line in lines) == 2


def test_the_checkers_see_a_copy_of_the_cases(monkeypatch: pytest.MonkeyPatch):
    """What the checkers write does not land in the tree."""
    seen: list[Path] = []

    def checker(directory: Path, _python: str, _target: str, _cache: Path) -> list[Finding]:
        seen.append(directory)
        assert sorted(path.name for path in directory.glob("*.py")) == sorted(p.name for p in run.CASES.glob("*.py"))
        return []

    monkeypatch.setitem(run.CHECKERS, "mypy", checker)
    main(["--checker", "mypy", "--target", "3.10"])

    assert seen
    assert seen[0] != run.CASES
    assert not seen[0].exists()


def test_an_interpreter_that_does_not_exist():
    """A wrong --python is refused before any checker runs."""
    with pytest.raises(SystemExit):
        main(["--python", "/nowhere/python"])
