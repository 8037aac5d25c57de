"""Sphinx extension of the book: widgets alive without a kernel, nothing from another host, an honest cache."""

import hashlib
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STATE = "application/vnd.jupyter.widget-state+json"


def code_hash(root=ROOT):
    """Hash all that notebooks run on: nbcode, recorded results, the pinned requirements, and Python itself."""
    digest = hashlib.sha256(sys.version.encode())
    sources = [
        p for p in root.glob("nbcode/**/*") if p.suffix in {".py", ".js", ".css"} and "node_modules" not in p.parts
    ]
    sources += root.glob("benchmarks/recorded/*.json")
    for path in sorted([*sources, root / "requirements.txt"]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def configure(app, config):
    """Fill in what ``_config.yml`` can't say."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # the kernels inherit it: a dead progress bar is no output
    # jupyter-cache knows a notebook by its cells alone; a change in nbcode has to count as a change too.
    config.nb_execution_cache_path = str(ROOT / "_build" / ".jupyter_cache" / code_hash())
    # Added here, not in _config.yml: jupyter-book would add every script below a static path to every page.
    config.html_static_path.append(str(HERE / "static"))
    if repository := config.html_theme_options.get("repository_url"):
        config.html_theme_options["use_issues_button"] = True
        config.html_theme_options["extra_footer"] = (
            f'<p>Version {version("nbcode")} · <a href="{repository}/issues/new">Report a mistake</a></p>'
        )


def share_assets(state):
    """Keep one copy of each bundle and style sheet, however many widgets of a page use it.

    The models' ``_esm`` and ``_css`` become indices into ``assets``; ``host.js`` looks them up.
    """
    assets = []
    for model in state["state"].values():
        for key in ("_esm", "_css"):
            if isinstance(text := model["state"].get(key), str):
                if text not in assets:
                    assets.append(text)
                model["state"][key] = assets.index(text)
    return state | {"assets": assets}


def clean_scripts(app, pagename, templatename, context, doctree):
    """Drop thebe, which would fetch from another host, and slim the widgets' state."""
    kept = []
    for script in context.get("script_files", []):
        attributes = getattr(script, "attributes", {})
        body = attributes.get("body") or ""
        if "thebe" in str(script.filename) or "THEBE_JS_URL" in body:
            continue
        if attributes.get("type") == STATE:
            attributes["body"] = json.dumps(share_assets(json.loads(body))).replace("</", "<\\/")
        kept.append(script)
    context["script_files"] = kept
    context["css_files"] = [css for css in context.get("css_files", []) if "thebe" not in str(css.filename)]


def setup(app):
    """Register the extension."""
    app.connect("config-inited", configure)
    app.connect("html-page-context", clean_scripts, priority=900)
    app.add_js_file("host.js", priority=900)  # after the widgets' state
    app.add_css_file("book.css")
    return {"version": version("nbcode"), "parallel_read_safe": True, "parallel_write_safe": True}
