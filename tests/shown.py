"""A widget on an open page: what a test does with it, and what it sees."""

from links import draw, query, read

from nbcode import widgets

# What is to be seen of the picture, without what is never the same twice; and the state in words.
LOOK = """root => {
  const parts = [...root.querySelectorAll(".picture *, .side *")]
    .filter((part) => getComputedStyle(part).visibility === "visible" && !part.closest("[hidden]"));
  const fills = parts.map((part) => part.getAttribute("fill")).join();
  const used = (part) => !part.matches("linearGradient") || fills.includes(`#${part.id})`);
  const texts = (part) => [...part.childNodes].filter((node) => node instanceof Text).map((node) => node.data);
  const markup = parts.filter(used).flatMap((part) => [part.cloneNode().outerHTML, ...texts(part)]).join("\\n");
  return {
    picture: markup.replace(/nbcode-[0-9a-z]+| aria-label="[^"]*"/g, ""),
    sentence: root.querySelector("[role=status]").textContent,
  };
}"""

# Follow a link on the open page, without the frames that the browser takes to tell the page of it.
FOLLOW = """(root, hash) => {
  history.replaceState(null, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange", { newURL: location.href }));
}"""

# What a button copies, caught on its way to the clipboard.
COPIED = """(root, name) => {
  let copied = null;
  navigator.clipboard.writeText = async (text) => (copied = text);
  root.querySelector(`[name=${name}]`).click();
  delete navigator.clipboard.writeText;
  return copied;
}"""

NOTE = "root => [...root.querySelectorAll('[role=alert]:not([hidden])')].map((note) => note.innerText).join()"

# What a widget makes of settings that it accepts, where that is not to leave them as they are.
SETTLED = {
    "ComputationGraph": lambda settings: settings | {"step": widgets.ComputationGraph(**settings).readout()["step"]},
    "Perceptron": lambda settings: settings | {"updates": widgets.Perceptron(**settings).readout()["done"]},
}


class Shown:
    """A widget on an open page."""

    def __init__(self, visit, schema):
        self.visit, self.page, self.schema = visit, visit.page, schema
        self.id, self.kind = schema["id"], schema["widget"]
        self.params, self.initial = schema["params"], schema["initial"]
        self.root = self.page.locator(f"[id='{self.id}']")
        self.handles = self.root.locator(".handle")
        self.status = self.root.get_by_role("status")

    def run(self, script, argument=None):
        """Call a function of the page with the widget's root; six times as fast as a locator's `evaluate`."""
        call = f"([id, argument]) => ({script})(document.getElementById(id), argument)"
        return self.page.evaluate(call, [self.id, argument])

    def look(self):
        """Return the picture's markup and the sentence."""
        return self.run(LOOK)

    def note(self):
        """Return what the widget has to tell besides its state, "" if nothing."""
        return self.run(NOTE)

    def follow(self, query):
        self.run(FOLLOW, f"#{self.id}?{query}")

    def reset(self):
        self.run("root => root.querySelector('[name=reset]').click()")

    def address(self):
        return self.run(COPIED, "link")

    def stop_the_clock(self):
        """Let no time pass on the page but what a test lets pass, however long the test itself takes."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1)

    def settings(self):
        return read(self.schema, self.address())

    def settled(self, settings):
        """Return what these settings become."""
        return SETTLED.get(self.kind, lambda settings: settings)(settings)

    def drawn(self, count):
        """Draw settings, the same in each run."""
        return draw(self.params, count, seed=self.id)

    def disturb(self):
        """Bring the widget into a state that looks other than the first one, and return its settings."""
        self.reset()
        first = self.look()["picture"]
        for settings in self.drawn(50):
            self.follow(query(settings))
            if self.look()["picture"] != first:
                return settings
        raise AssertionError("always the same picture")

    def python(self, settings):
        """Return the same widget in Python."""
        return getattr(widgets, self.kind)(**settings)
