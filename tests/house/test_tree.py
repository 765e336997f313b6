"""What lies where: the top of the tree, the size of files, nothing that belongs to others, the locks, the Makefile."""

import re

from tests.house.project import files, path_of, read

_TOP = frozenset(
    {
        ".ci",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        ".importlinter",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "app",
        "bench",
        "config.py",
        "docs",
        "gunicorn.conf.py",
        "migrations",
        "policies",
        "pyproject.toml",
        "requirements-dev.in",
        "requirements-dev.txt",
        "requirements.in",
        "requirements.txt",
        "seeds",
        "tests",
        "tools",
        "wsgi.py",
    }
)  # fmt: skip - a list of names reads best as lines
_LARGEST = 600_000
_MOST_TARGETS = 14
_THEIRS = re.compile(r"(bootstrap|htmx|jquery|chart)[^/]*\.(min\.)?(js|css)$|\.(woff2?|ttf|otf|eot)$", re.IGNORECASE)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)", re.MULTILINE)
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def test_the_top_holds_only_what_the_readme_explains() -> None:
    assert {name.split("/")[0] for name in files()} - _TOP == set()


def test_the_readme_names_every_folder_and_command() -> None:
    readme = read("README.md")
    folders = {name.split("/")[0] for name in files() if "/" in name} - {".ci"}
    assert {folder for folder in folders if f"{folder}/" not in readme} == set()
    assert "make run" in readme
    assert "make test" in readme


def test_no_file_is_large() -> None:
    large = {name: size for name in files() if (size := path_of(name).stat().st_size) > _LARGEST}
    assert large == {}


def test_what_others_made_comes_from_their_packages() -> None:
    assert [name for name in files() if _THEIRS.search(name)] == []


def test_both_locks_agree_and_carry_hashes() -> None:
    runtime, dev = (dict(_PIN.findall(read(name))) for name in ("requirements.txt", "requirements-dev.txt"))
    assert runtime
    assert {name: version for name, version in runtime.items() if dev.get(name) != version} == {}
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"^(?=[A-Za-z0-9])", read(name), flags=re.MULTILINE)
        assert [block[:40] for block in blocks if _PIN.match(block) and "--hash=sha256:" not in block] == []


def test_every_wish_is_locked() -> None:
    for wishes, lock in (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt")):
        lines = (line.split("#")[0].split("[")[0].strip() for line in read(wishes).splitlines())
        locked = {name.lower().replace("_", "-").replace(".", "-") for name, _ in _PIN.findall(read(lock))}
        wanted = {
            line.lower().replace("_", "-").replace(".", "-") for line in lines if line and not line.startswith("-r")
        }
        assert wanted - locked == set(), f"make lock: {wishes} is ahead of {lock}"


def test_the_makefile_explains_itself() -> None:
    makefile = read("Makefile")
    targets = _TARGET.findall(makefile)
    assert 0 < len(targets) <= _MOST_TARGETS
    for target in targets:
        assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE), f"make {target} has no line of help"


def test_the_continuous_run_is_what_the_readme_says() -> None:
    assert "make test" in read(".ci/run")
