// A thing in a picture that can be moved: by mouse, by touch, and by the arrow keys.
import { drag } from "d3-drag";
import { select } from "d3-selection";
import { attr, keepKeys } from "./dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Make an SVG element a handle.
 * start(x, y) begins a drag; move(x, y) follows the pointer, in the picture's units; nudge(dx, dy) takes one arrow key,
 * ten times as far with Shift; press() takes Space, Enter or a click.
 * Every finished gesture ends in a "change" event, as a slider's does.
 */
export function handle(element, { label, start, move, nudge, press }) {
  attr(element, { tabindex: 0, role: "button", "aria-label": label, class: `${element.getAttribute("class") ?? ""} handle` });
  keepKeys(element);
  const done = () => element.dispatchEvent(new Event("change", { bubbles: true }));
  const gesture = drag()
    .on("start", (event) => {
      element.focus({ preventScroll: true });
      start?.(event.x, event.y);
    })
    .on("drag", (event) => move(event.x, event.y))
    .on("end", done);
  if (move) select(element).call(gesture);
  element.addEventListener("keydown", (event) => {
    if (nudge && ARROWS[event.key]) {
      const far = event.shiftKey ? 10 : 1;
      nudge(...ARROWS[event.key].map((direction) => direction * far));
    } else if (press && (event.key === " " || event.key === "Enter")) press();
    else return;
    event.preventDefault();
    event.stopPropagation();
    done();
  });
  if (press) {
    element.addEventListener("click", () => {
      press();
      done();
    });
  }
  return element;
}
