"""Every page of the built book, in a browser: complete, quiet, readable, and without a request to another host."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from built import BOOK, PAGES, ROOT, soup, widgets

DESK = {"width": 1280, "height": 800}

# The formulas of the text that do not fit beside their numbers. (Those of the reference scroll.)
CUT_FORMULAS = """[...document.querySelectorAll('mjx-container[display="true"]')]
  .filter((formula) => formula.scrollWidth > formula.clientWidth + 1 && !formula.closest("dl.py, [id^=module-]"))
  .map((formula) => [formula.closest(".math").id, formula.scrollWidth - formula.clientWidth])"""

# Texts outside of code in which a formula's dollars or brackets are still to be seen.
RAW_FORMULAS = r"""() => {
  const walker = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const code = parentElement.closest("pre, code, script, style, mjx-container");
    if (!code && /\\[([]|\$[^$]+\$/.test(data)) found.push(data);
  }
  return found;
}"""

# The texts of a widget that stand out too little from what is behind them.
FAINT = """root => {
  const channels = (color) => {
    const [r, g, b, alpha = 1] = color.match(/^rgba?\\((.+)\\)$/)[1].split(",").map(Number);
    return { alpha, color: [r, g, b] };
  };
  const behind = (element) => {
    const { alpha, color } = channels(getComputedStyle(element).backgroundColor);
    if (alpha > 0 && alpha < 1) throw new Error(`half transparent: ${element.outerHTML}`);
    return alpha ? color : behind(element.parentElement);
  };
  const luminance = (color) => color.map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (...colors) => {
    const [dark, light] = colors.map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const hasText = (element) => element.matches("input[type=number]")
    || [...element.childNodes].some((node) => node instanceof Text && node.data.trim());
  for (const details of root.querySelectorAll("details")) details.open = true;
  const texts = [...root.querySelectorAll("*")]
    .filter((element) => hasText(element) && element.checkVisibility() && !element.disabled);
  return texts.map((element) => {
    const style = getComputedStyle(element);
    const { color } = channels(element instanceof SVGElement ? style.fill : style.color);
    return { ratio: contrast(color, behind(element)), text: element.textContent || element.name };
  });
}"""


# One page after the other, each opened once for all tests that only look at it.
@pytest.fixture(scope="module", params=PAGES or ["index.html"])
def shown(request, book, visit):
    opened = visit(f"{book}/{request.param}", viewport=DESK, color_scheme="light")
    opened.name = request.param
    yield opened
    opened.close()


def test_formulas_are_set(shown):
    page = shown.page
    page.evaluate("window.MathJax?.startup.promise.then(() => null)")
    formulas = page.locator(".math")
    assert formulas.count() == formulas.filter(has=page.locator("mjx-container")).count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert page.evaluate(RAW_FORMULAS) == []


def test_pictures_have_words_for_those_who_cannot_see_them(shown):
    alternatives = shown.page.evaluate("[...document.images].map(image => [image.src, image.alt.trim()])")
    machine_made = re.compile(r"^$|[0-9a-f]{20}|\.(png|svg|jpe?g)$")
    assert [(source, alt) for source, alt in alternatives if machine_made.search(alt)] == []


def test_no_id_is_given_twice_and_every_widget_has_one(shown):
    ids = shown.page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert sorted(ids) == sorted(set(ids))
    roots = shown.page.evaluate("[...document.querySelectorAll('.nbcode-widget')].map(root => root.id)")
    assert roots == [schema["id"] for schema in widgets(shown.name)]


def test_widgets_can_be_read_in_the_light_and_in_the_dark(shown):
    page = shown.page
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        page.locator(f"html[data-theme={theme}]").wait_for()
        for root in page.locator(".nbcode-widget").all():
            texts = root.evaluate(FAINT)
            assert root.get_by_role("status").inner_text() in {text["text"] for text in texts}
            assert [text for text in texts if text["ratio"] < 4.5] == [], f"too faint in the {theme}"


def test_the_theme_keeps_its_hands_off_the_widgets(shown):
    """It folds away what its script takes for its own, if the widget is there before the script runs."""
    theirs = """[...document.querySelectorAll(".nbcode-widget *")]
      .filter((element) => element.matches(`${togglebuttonSelector}, .toggle-details`)).length"""
    assert shown.page.evaluate(theirs) == 0


def test_a_phone_shows_all_of_it(shown):
    page = shown.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    page.evaluate("window.MathJax?.startup.promise.then(() => null)")
    fits, cut = shown.fits(), page.evaluate(CUT_FORMULAS)
    page.set_viewport_size(DESK)
    assert fits
    assert cut == []


def test_the_notebook_can_be_downloaded(shown):
    links = shown.page.locator("a.btn-download-source-button[href$='.ipynb']")
    notebooks = links.evaluate_all("links => links.map((link) => link.href)")
    assert len(notebooks) == (ROOT / shown.name).with_suffix(".ipynb").is_file()
    for address in notebooks:
        assert shown.page.get_by_role("button", name="Download this page").is_visible()
        assert json.loads(shown.page.request.get(address).text())["nbformat"] == 4


# After all other tests of a page.
def test_nothing_goes_wrong_and_nothing_is_fetched_from_elsewhere(shown):
    assert shown.trouble == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_a_folder_too_and_in_the_dark(name, visit):
    opened = visit((BOOK / name).as_uri(), color_scheme="dark")
    assert opened.page.locator(".nbcode-widget [role=status]").count() == len(widgets(name))
    assert opened.page.locator("html").get_attribute("data-theme") == "dark"
    background = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", background)[:3])) < 64
    assert opened.trouble == []
    opened.close()


def targets(name):
    """Return what a link into a page can name."""
    ids = {tag[key] for key in ("id", "name") for tag in soup(name).find_all(attrs={key: True})}
    return ids | {schema["id"] for schema in widgets(name)}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    tags = soup(name).find_all(href=True) + soup(name).find_all(src=True)
    broken = []
    for link in {tag.get("href") or tag.get("src") for tag in tags}:
        url = urlsplit(link)
        path = (BOOK / name).parent / unquote(url.path) if url.path else BOOK / name
        if url.scheme or url.netloc:
            broken += [link] if url.scheme not in ("http", "https", "mailto", "data") else []
        elif not path.is_file():
            broken.append(link)
        elif url.fragment and path.suffix == ".html":
            anchor = unquote(url.fragment).partition("?")[0]
            broken += [link] if anchor not in targets(path.resolve().relative_to(BOOK).as_posix()) else []
    assert broken == []


def test_the_first_page_leads_to_the_introduction(book, visit):
    visit(f"{book}/index.html").page.wait_for_url("**/intro.html")


def test_search_finds_the_chapter(book, visit):
    opened = visit(f"{book}/search.html?q=perceptron")
    opened.page.locator("#search-results li a[href*='01_neuron.html']").first.wait_for()
    assert opened.trouble == []
