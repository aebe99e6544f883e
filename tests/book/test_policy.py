"""The content security policy: in every page, as strict as it says, and in force."""

from __future__ import annotations

import base64
import hashlib
import re

import nbformat
import pytest

from tests.book.conftest import ROOT, hook
from tests.book.visit import Visit

content_policy = hook("content_policy")
PLACE, policy = content_policy.PLACE, content_policy.policy

META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def rules(text: str) -> dict[str, list[str]]:
    """The directives of a policy, each with its sources."""
    parts = [rule.split() for rule in text.split("; ")]
    assert len({name for name, *_ in parts}) == len(parts), "a directive given twice is ignored"
    return {name: sources for name, *sources in parts}


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_scripts_are_the_themes_and_styles_are_named_by_their_hash_and_once():
    themes = [sha256(script) for script in sorted(content_policy.own_scripts())]
    page = "<script>a = 1;</script><style>p { }</style><STYLE media=all>p { }</STYLE>"
    said = rules(policy(page))
    assert said["script-src"] == ["'self'", *themes]
    assert sha256("a = 1;") not in themes
    assert said["style-src-elem"] == ["'self'", sha256("p { }")]
    said = rules(policy(page, styles=["b { }", "p { }"]))
    assert said["style-src-elem"] == ["'self'", sha256("p { }"), sha256("b { }")]


def test_hash_is_the_one_of_the_standard():
    # The example of https://www.w3.org/TR/CSP3/#external-hash, an empty string's SHA-256.
    assert "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" in policy("<style></style>")


def test_policy_takes_the_place_kept_for_it_and_no_other():
    page = f'<meta content="{PLACE}"><p>{PLACE}</p>'
    done = content_policy.with_policy(page)
    assert done.count(PLACE) == 1
    assert done.startswith(f'<meta content="{policy(page)}"><p>')
    assert '"' not in policy(page)


def test_only_the_search_page_may_ask_its_own_site():
    assert rules(policy(""))["connect-src"] == ["'none'"]
    assert rules(policy("", search=True))["connect-src"] == ["'self'"]
    assert "require-trusted-types-for" in rules(policy(""))


def test_every_page_has_a_policy_before_all_it_rules(site):
    pages = sorted(site.rglob("*.html"))
    assert {"index.html", "search.html", "intro.html"} <= {page.name for page in pages}
    for page in pages:
        text = page.read_text(encoding="utf8")
        [found] = META.finditer(text)
        assert not re.search(r"<(script|link|style|base)\b", text[: found.start()]), page
        said = rules(found[1])
        assert said["default-src"] == ["'none'"]
        assert said["base-uri"] == ["'none'"]
        if page.parent == site and page.name == "index.html":
            continue
        every = {source for name in said for source in said[name]}
        assert not any(re.match(r"\*|https?:|file:|'unsafe-eval'|'strict", s) for s in every), page
        assert "'unsafe-inline'" not in said["script-src"], page
        assert ("'unsafe-inline'" in said["style-src-elem"]) == (page.name == "search.html"), page


# What a page must not be able to do, by the directive that stops it.
ON_EVERY_PAGE = {
    "script-src-elem": "import('https://other.invalid/x.js').catch(() => 0);",
    "img-src": "new Image().src = 'https://other.invalid/x.png';",
    "font-src": "new FontFace('f', 'url(https://other.invalid/f.woff2)').load().catch(() => 0);",
    "connect-src": "fetch('https://other.invalid/').catch(() => 0);",
    "frame-src": """const frame = document.createElement("iframe");
        frame.src = "https://other.invalid/"; document.body.append(frame);""",
    "form-action": """const form = document.createElement("form");
        form.action = "https://other.invalid/"; document.body.append(form); form.submit();""",
    "base-uri": """const base = document.createElement("base");
        base.href = "https://other.invalid/"; document.head.append(base);""",
}
FORBIDDEN = {
    "book/setup": {
        **ON_EVERY_PAGE,
        "style-src-elem": """const style = document.createElement("style");
            style.append("p { color: red }"); document.head.append(style);""",
        "require-trusted-types-for": "document.body.innerHTML = '<p>x';",
    },
    # Trusted types would stop these before the other rules do: asked where there are none.
    "search": {
        **ON_EVERY_PAGE,
        "script-src": "eval('window.ran = true');",
        "script-src-attr": """const box = document.createElement("b");
            box.setAttribute("onclick", "window.ran = true"); document.body.append(box);
            box.click();""",
    },
}
TRY = """(directive) => new Promise((done) => {
    const seen = [];
    addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
    setTimeout(() => { try { %s } catch { /* some are told so by an exception */ } });
    const start = performance.now();
    const look = () => seen.includes(directive) || performance.now() - start > 2000
        ? done(seen) : setTimeout(look, 10);
    look();
})"""


@pytest.mark.parametrize("where", ["file", "server"])
@pytest.mark.parametrize("name", FORBIDDEN)
def test_policy_is_in_force(name, where, chromium, site, server):
    start = site.as_uri() if where == "file" else server
    with Visit(chromium, f"{start}/{name}.html") as visit:
        for directive, attempt in FORBIDDEN[name].items():
            assert directive in visit.page.evaluate(TRY % attempt, directive)
        assert not visit.page.evaluate("'ran' in window")


@pytest.mark.parametrize("path", sorted((ROOT / "book").rglob("*.ipynb")), ids=lambda p: p.stem)
def test_no_cell_but_the_first_brings_code_from_elsewhere(path):
    """What the first one may install is asked in tests/publish/test_setup_cell.py."""
    brings = r"\b(pip|conda|subprocess|os\.system|exec|runpy)\b|^\s*[!%]|https?://|\bgit\+"
    code = [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and "setup" not in cell.metadata.get("tags", [])
    ]
    # Chapter 16 starts Python again, this very one, and nothing else.
    for name in re.findall(r"subprocess\.\w+\(\[\*(\w+), ", "\n".join(code)):
        assert path.stem == "scaling"
        assert re.search(rf"\b{name} = \[sys\.executable, ", "\n".join(code))
    for source in code:
        if path.stem == "scaling":
            source = re.sub(r"\bimport .*|subprocess\.\w+\(\[\*\w+, ", "", source)
        assert not re.search(brings, source, re.MULTILINE), source
