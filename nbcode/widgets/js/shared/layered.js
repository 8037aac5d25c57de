// A layered drawing of a graph whose nodes come after their parents: the method of Sugiyama, Tagawa and Toda (1981).

const SWEEPS = 12;
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Place items in a row, each as near as can be to where it would be, in this order and so far apart. */
function spread(wanted, gaps) {
  const offsets = gaps.reduce((all, gap) => [...all, all.at(-1) + gap], [0]);
  const blocks = []; // neighbours that would overlap stand together, about the mean of their places
  wanted.forEach((want, i) => {
    let block = { sum: want - offsets[i], count: 1 };
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).count > block.sum / block.count) {
      const before = blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ sum, count }) => Array(count).fill(sum / count)).map((place, i) => place + offsets[i]);
}

/**
 * Arrange a graph, given the parents of each node; the last node is the only one without children.
 * Returns { layers, breadth, crossings, nodes: [{ layer, at }], edges: [{ from, to, port, ports, lean, twin, stops: [{ layer, at }] }] }:
 * layers from 0, places across them from 0 with neighbours 1 apart; an edge passes a stop in each layer on its way.
 * `port` tells which of the parents of its end an edge comes from, `lean` where it leaves, −½ and ½ for two; the edges of
 * x*x are twins, −1 and 1.
 */
export function arrange(parents) {
  const toEnd = parents.map(() => 0);
  for (let node = parents.length - 1; node >= 0; node -= 1) {
    for (const parent of parents[node]) toEnd[parent] = Math.max(toEnd[parent], toEnd[node] + 1);
  }
  const layers = Math.max(...toEnd) + 1;
  const nodes = toEnd.map((depth) => ({ layer: layers - 1 - depth, at: 0, width: 1, before: [], after: [] }));
  const rows = Array.from({ length: layers }, () => []);
  const links = Array.from({ length: layers }, () => []); // those that end in this layer
  const edges = parents.flatMap((list, to) => list.map((from, port) => {
    const stops = [nodes[from]];
    for (let layer = nodes[from].layer + 1; layer < nodes[to].layer; layer += 1) {
      stops.push({ layer, at: 0, width: 0.5, before: [], after: [] });
    }
    stops.push(nodes[to]);
    const lean = (port - (list.length - 1) / 2) / 4; // an edge ends a little beside the middle of its node
    stops.slice(1).forEach((stop, i) => {
      const link = { a: stops[i], b: stop, lean: stop === nodes[to] ? lean : 0 };
      links[stop.layer].push(link);
      stop.before.push(link);
      stops[i].after.push(link);
    });
    const twin = list[1 - port] === from ? 2 * port - 1 : 0; // x*x: the two edges part
    return { from, to, port, ports: list.length, twin, stops };
  }));

  // At first, as one would read the formula; a tree is drawn without a crossing then.
  const seen = new Set();
  const visit = (item) => {
    if (seen.has(item)) return;
    seen.add(item);
    for (const { a } of item.before) visit(a);
    rows[item.layer].push(item);
  };
  visit(nodes.at(-1));
  const rank = (row) => row.forEach((item, i) => (item.rank = i));
  const crossings = () => links.reduce((total, list) => total + list.reduce((sum, one, i) => sum
    + list.slice(i + 1).filter((other) => (one.a.rank - other.a.rank) * (one.b.rank + one.lean - other.b.rank - other.lean) < 0).length, 0), 0);
  rows.forEach(rank);
  let best = { count: crossings(), rows: rows.map((row) => [...row]) };
  for (let sweep = 0; sweep < SWEEPS && best.count; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const weigh = (item) => (down ? item.before.map(({ a }) => a.rank) : item.after.map(({ b, lean }) => b.rank + lean));
      const weights = new Map(row.map((item) => [item, weigh(item).length ? mean(weigh(item)) : item.rank]));
      row.sort((one, other) => weights.get(one) - weights.get(other) || one.rank - other.rank);
      rank(row);
    }
    if (crossings() < best.count) best = { count: crossings(), rows: rows.map((row) => [...row]) };
  }
  for (const row of best.rows) row.forEach((item, i) => (item.at = i));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const row of sweep % 2 ? [...best.rows].reverse() : best.rows) {
      const near = (item) => [...item.before.map(({ a, lean }) => a.at - lean), ...item.after.map(({ b, lean }) => b.at + lean)];
      const gaps = row.slice(1).map((item, i) => (item.width + row[i].width) / 2);
      const places = spread(row.map((item) => (near(item).length ? mean(near(item)) : item.at)), gaps);
      row.forEach((item, i) => (item.at = places[i]));
    }
  }
  const all = best.rows.flat();
  const least = Math.min(...all.map(({ at }) => at));
  for (const item of all) item.at -= least;
  for (const node of nodes) { // edges leave a little apart, in the order in which they part
    const leaving = edges.filter(({ stops }) => stops[0] === node)
      .sort((one, other) => one.stops[1].at - other.stops[1].at || one.port - other.port);
    leaving.forEach((edge, i) => (edge.lean = i - (leaving.length - 1) / 2));
  }
  return { layers, breadth: Math.max(...all.map(({ at }) => at)), crossings: best.count, nodes, edges };
}
