"""Ways out of a page: run it, download it, change it, say what is wrong with it.

``publish.py`` puts the address of the copy it publishes into the configuration value
``published``. Without one a page still offers its notebook and says how to open it in JupyterLab;
links that would lead nowhere are not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from book._ext.address import Address
else:
    from address import Address  # Sphinx loads these files by name, from their folder


def doors(address: Address | None, path: str, title: str) -> dict[str, Any]:
    """Return what the page's template shows for the source at ``path``."""
    ways: dict[str, Any] = {"path": path, "notebook": path.endswith(".ipynb"), "run": {}}
    if address is None:
        return ways
    ways |= {
        "home": address.home,
        "folder": address.repository.split("/")[1],
        "version": address.version,
        "commit": address.commit[:7],
        "commit_page": f"{address.home}/commit/{address.commit}",
        "edit": address.edit(path),
        "problem": address.problem(title, path),
    }
    if ways["notebook"]:
        ways["run"] = address.doors(path)
    return ways


def open_doors(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Hand the template the ways out of one page."""
    if doctree is None:  # the search page has no source
        return
    address = Address(**app.config.published) if app.config.published else None
    titles = app.env.titles
    title = titles[page].astext() if page in titles else page
    path = app.env.doc2path(page, base=False)
    context["ways"] = doors(address, str(path), title)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the address and the hook."""
    app.add_config_value("published", {}, "html")
    app.connect("html-page-context", open_doors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
