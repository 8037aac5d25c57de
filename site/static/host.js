// Mounts the widgets of a static page from the state that the build writes into it, following the anywidget
// front-end contract: one model for all views of a widget, `initialize` once a model, `render` once a view.
// A classic script, not a module, so that it also works from file://; it has to come after the state.
(() => {
  "use strict";
  const MIME = "application/vnd.jupyter.widget-";
  const script = document.querySelector(`script[type="${MIME}state+json"]`);
  if (!script) return;
  const { state: records, assets = [] } = JSON.parse(script.textContent);

  class Model {
    #values;
    #listeners = new Map();

    constructor(values) {
      this.#values = { ...values };
    }
    get(key) {
      return this.#values[key];
    }
    set(key, value) {
      const changes = Object.entries(typeof key === "object" ? key : { [key]: value });
      const changed = changes.filter(([name, next]) => !Object.is(this.#values[name], next));
      for (const [name, next] of changed) this.#values[name] = next;
      for (const [name, next] of changed) this.#emit(`change:${name}`, this, next);
      if (changed.length) this.#emit("change", this);
    }
    on(names, callback) {
      for (const name of names.split(" ")) this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), callback]);
    }
    off(names, callback) {
      for (const name of names?.split(" ") ?? [...this.#listeners.keys()]) {
        this.#listeners.set(name, callback ? (this.#listeners.get(name) ?? []).filter((other) => other !== callback) : []);
      }
    }
    #emit(name, ...details) {
      for (const callback of this.#listeners.get(name) ?? []) callback(...details);
    }
    // No kernel: there is nobody to save to or to talk with.
    save_changes() {}
    send() {}
    widget_manager = { get_model: async (id) => modelOf(id.replace("IPY_MODEL_", "")).model };
  }

  const once = (make) => {
    const made = new Map();
    return (key) => {
      if (!made.has(key)) made.set(key, make(key));
      return made.get(key);
    };
  };

  const text = (asset) => (typeof asset === "number" ? assets[asset] : asset);

  const moduleOf = once(async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: exported, render } = await import(url);
    return exported ?? { render };
  });

  const addStyle = once((css) => {
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
  });

  const modelOf = once((id) => {
    const record = records[id];
    const model = new Model(record.state);
    const ready = (async () => {
      if (record.state._css !== undefined) addStyle(text(record.state._css));
      const exported = await moduleOf(text(record.state._esm));
      const definition = typeof exported === "function" ? await exported() : exported;
      await definition.initialize?.({ model });
      return definition;
    })();
    return { model, ready };
  });

  // The address: "#neuron-and?w1=2" names a widget and its state.
  const followers = new Map();
  let pending = null;
  let timer = null;
  let last = 0;
  const hash = (id, query) => `#${id}${query ? `?${query}` : ""}`;
  const link = {
    address: (id, query) => location.href.split("#")[0] + hash(id, query),
    follow: (id, callback) => followers.set(id, callback),
    // At most twice a second: browsers refuse pages that rewrite their address too often.
    write(id, query) {
      pending = { before: location.hash, next: hash(id, query) };
      timer ??= setTimeout(() => {
        // Whoever has followed a link in the meantime wins.
        if (pending?.before === location.hash) history.replaceState(null, "", pending.next);
        last = Date.now();
        pending = timer = null;
      }, Math.max(0, last + 500 - Date.now()));
    },
  };
  function follow() {
    pending = null;
    const [id, ...rest] = location.hash.slice(1).split("?");
    followers.get(id)?.(rest.join("?"));
  }

  // The formulas above a widget are set after it was scrolled to, and move it: go there once more, if the reader is still.
  function stay() {
    let moved = false;
    for (const kind of ["wheel", "touchstart", "pointerdown", "keydown", "hashchange"]) addEventListener(kind, () => (moved = true), { once: true, passive: true });
    const id = location.hash.slice(1).split("?")[0];
    const again = () => moved || (followers.has(id) && document.getElementById(id)?.scrollIntoView());
    const whenSet = () => window.MathJax?.startup?.promise.then(again);
    if (document.readyState === "complete") whenSet();
    else addEventListener("load", whenSet, { once: true });
  }

  async function mount(view) {
    const { model_id } = JSON.parse(view.textContent);
    const el = document.createElement("div");
    view.after(el);
    if (records[model_id]?.state._esm === undefined) {
      el.className = "needs-kernel";
      el.textContent = "This control needs Python. Download this page as a notebook to run it.";
      return;
    }
    const { model, ready } = modelOf(model_id);
    await (await ready).render?.({ model, el, link });
  }

  // This script stands in the head and is not deferred: it imports the bundles while the page is still being read, and
  // mounts as soon as it has been read, before the deferred scripts (MathJax, the theme) get their turn.
  for (const id in records) if (records[id].state._esm !== undefined) modelOf(id).ready.catch(() => {});
  document.addEventListener("readystatechange", () => {
    // One widget that fails takes no other with it.
    const mounting = [...document.querySelectorAll(`script[type="${MIME}view+json"]`)].map((view) => mount(view).catch(console.error));
    Promise.all(mounting).then(() => {
      addEventListener("hashchange", follow);
      follow();
      stay();
      document.documentElement.dataset.widgets = "ready";
    });
  }, { once: true });
})();
