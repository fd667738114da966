"use strict";
const tape = JSON.parse(document.getElementById("tape").textContent);
const byId = (id) => document.getElementById(id);
const last = tape.steps.length;
let position = 0; // 0: before the first step; k: steps[k - 1] has just been taken
let inspected = null; // a node that the reader has clicked and that no step visits
const collapsed = new Set();

// Elements ---------------------------------------------------------------------------------------

function make(tag, attributes, ...children) {
  const svg = ["svg", "g", "rect", "path", "text", "defs", "marker", "title"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function format(x) {
  if (typeof x === "string") return { NaN: "NaN", Infinity: "∞", "-Infinity": "−∞" }[x];
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text = size >= 1e-3 && size < 1e5 ? String(Number(x.toFixed(4))) : x.toExponential(2);
  return text.replaceAll("-", "−");
}
const shape = (sizes) => "[" + sizes.join(", ") + "]";
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

// The tape ---------------------------------------------------------------------------------------

const labelOf = (node, output = 0) => tape.nodes[node].outputs[output].label;

// What has reached each output, and when: events[node][output] = [{at, sum, toCome}]. Nothing there yet is
// "not computed yet", which is not zero.
const events = tape.nodes.map((node) => node.outputs.map(() => []));
const stepOf = new Map(); // node → the position after its step
tape.steps.forEach((step, k) => {
  stepOf.set(step.node, k + 1);
  if (k === 0)
    step.incoming.forEach((grad, output) => grad && events[step.node][output].push({ at: 0, sum: grad, toCome: 0 }));
  for (const input of step.inputs) {
    if (!input.contribution) continue;
    const [node, output] = tape.nodes[step.node].inputs[input.input];
    events[node][output].push({ at: k + 1, sum: input.sum || input.contribution, toCome: input.toCome });
  }
});

function gradientAt(node, output, at) {
  return events[node][output].filter((event) => event.at <= at).pop() || null;
}

function stateOf(node) {
  const reached = tape.nodes[node].outputs.map((_, output) => gradientAt(node, output, position)).filter(Boolean);
  if (reached.length === 0) return "waiting";
  const over = stepOf.has(node) && position >= stepOf.get(node);
  return over || reached.every((event) => event.toCome === 0) ? "done" : "partial";
}

const currentNode = () => (inspected !== null ? inspected : position > 0 ? tape.steps[position - 1].node : tape.loss);

// Tensors ----------------------------------------------------------------------------------------

function heat(x, largest) {
  if (typeof x !== "number" || x === 0 || !(largest > 0)) return "";
  const strength = 0.12 + 0.55 * Math.min(1, Math.abs(x) / largest);
  return `background: rgba(var(--${x > 0 ? "warm" : "cold"}), ${strength.toFixed(3)})`;
}

// `rows`, if given, are {labels, ignored}: what stands before the rows, and which count for nothing.
function cellsOf(t, rows) {
  const columns = t.sizes.length ? t.sizes[t.sizes.length - 1] : 1;
  const height = t.sizes.length > 1 ? t.sizes[t.sizes.length - 2] : 1;
  const largest = Math.max(0, ...t.cells.map((x) => (typeof x === "number" ? Math.abs(x) : 0)));
  const table = make("table");
  for (let r = 0; r * columns < t.cells.length; ++r) {
    const row = make("tr", {});
    if (r > 0 && r % height === 0) row.classList.add("gap");
    if (rows && rows.ignored.includes(r)) row.classList.add("ignored");
    if (rows) row.append(make("th", { scope: "row" }, rows.labels[r] ?? ""));
    for (let c = 0; c < columns; ++c) {
      const x = t.cells[r * columns + c];
      const cell = make("td", { style: heat(x, largest), title: `[${placeOf(r * columns + c, t.sizes)}] = ${x}` }, format(x));
      if (typeof x === "string") cell.classList.add("bad");
      row.append(cell);
    }
    table.append(row);
  }
  return make("div", { class: "cells", tabindex: columns > 8 || t.cells.length > 12 * columns ? 0 : -1 }, table);
}

function placeOf(index, sizes) {
  const place = [];
  for (let d = sizes.length - 1; d >= 0; --d) {
    place.unshift(index % sizes[d]);
    index = Math.floor(index / sizes[d]);
  }
  return place.join(", ");
}

function statisticsOf(t) {
  const list = make("div", { class: "statistics" });
  for (const name of ["min", "max", "mean", "norm"]) list.append(make("span", {}, name + " ", make("b", {}, format(t[name]))));
  return list;
}

function badgesOf(t) {
  return [t.nan && `${t.nan} NaN`, t.inf && `${t.inf} Inf`].filter(Boolean).map((text) => make("span", { class: "badge bad" }, text));
}

// `absent` is what to say when there is no tensor.
function tensorView(title, t, absent, rows) {
  const view = make("div", { class: "tensor" }, make("div", { class: "title" }, title + (t ? `  ${t.dtype} ${shape(t.sizes)}` : "")));
  if (!t) view.append(make("span", { class: "waiting-text" }, absent));
  else {
    view.append(...badgesOf(t));
    if (t.cells && t.cells.length) view.append(cellsOf(t, rows));
    if (!t.cells || t.cells.length > 16) view.append(statisticsOf(t));
    if (t.cells && !t.cells.length) view.append(make("span", { class: "note" }, "no elements"));
  }
  return view;
}

// A tensor with the sign before it: they stay together where a line breaks.
const term = (text, tensor) => make("div", { class: "term" }, make("span", { class: "sign" }, text), tensor);

// The step ---------------------------------------------------------------------------------------

function showLoss(detail, loss) {
  const rows = {
    ignored: loss.ignored,
    labels: Array.from({ length: loss.softmax.sizes[0] }, (_, r) =>
      loss.ignored.includes(r) ? "ignored" : loss.labels.length ? `y = ${loss.labels[r]}` : `row ${r}`),
  };
  const formula = loss.divisor === null ? "gradient of the logits" : loss.divisor === 1 ? "p − y" : `(p − y) / N, N = ${loss.divisor}`;
  detail.append(make("h3", {}, "Inside the cross-entropy"));
  const product = make("div", { class: "product", id: "cross-entropy" },
    tensorView("softmax p", loss.softmax, "", rows), term("−", tensorView("target y", loss.target, "", rows)),
    term("→", tensorView(formula, loss.gradient, "", rows)));
  detail.append(product);
  if (loss.ignored.length)
    detail.append(make("p", { class: "note", id: "ignored" }, `Ignored ${loss.ignored.length === 1 ? "row" : "rows"} ${loss.ignored.join(", ")}: no loss, no gradient, not counted in N.`));
}

function showInput(detail, step, input) {
  const [node, output] = tape.nodes[step.node].inputs[input.input];
  detail.append(make("h3", {}, `to ${labelOf(node, output)}`));
  if (!input.contribution) {
    detail.append(make("span", { class: "waiting-text" }, "the rule gives no gradient"));
    return;
  }
  const product = make("div", { class: "product" });
  if (input.local)
    product.append(tensorView("upstream", step.incoming[0]), term("×", tensorView("local derivative", input.local)));
  else product.append(make("span", { class: "note" }, "vector-Jacobian product of the rule"));
  product.append(term("=", tensorView("contribution" + (input.broadcast ? ", summed over what was broadcast" : ""), input.contribution)));
  detail.append(product);
  const before = gradientAt(node, output, stepOf.get(step.node) - 1);
  if (input.sum || input.toCome > 0) {
    const sum = make("div", { class: "product sum" });
    const total = tensorView(`running sum at ${labelOf(node, output)}`, input.sum || input.contribution);
    if (before && input.sum) sum.append(tensorView("there before", before.sum), term("+ contribution =", total));
    else sum.append(total);
    detail.append(sum);
    if (input.toCome > 0)
      detail.append(make("p", { class: "note" }, `${plural(input.toCome, "more path")} to come: `, make("span", { class: "waiting-text" }, "not computed yet")));
  }
}

function showDetail() {
  const detail = byId("detail");
  const shown = currentNode();
  const node = tape.nodes[shown];
  const step = inspected === null && position > 0 ? tape.steps[position - 1] : null;
  detail.replaceChildren(make("h2", {}, `${labelOf(shown)} · ${node.leaf ? "leaf" : node.op}`));
  if (node.module) detail.append(make("p", { class: "note" }, `in ${node.module}`));
  if (!step && inspected === null)
    detail.append(make("p", { class: "note" }, `Backward starts here: the derivative of ${tape.lossLabel} with respect to itself is 1. All others are not computed yet. Press → to take a step.`));
  if (node.dead !== undefined)
    detail.append(make("span", { class: "badge" + (node.dead > 0.5 ? " bad" : "") }, `dead ReLU: ${format(Math.round(node.dead * 1e4) / 100)} % of the outputs are 0`));
  node.outputs.forEach((output, o) => {
    const gradient = step ? { sum: step.incoming[o] } : gradientAt(shown, o, position);
    const title = node.leaf ? ".grad receives" : "incoming gradient";
    detail.append(make("div", { class: "product" },
      tensorView(`value of ${output.label}`, output.value, "value not kept (record under TapeDetailGuard)"),
      tensorView(title, gradient && gradient.sum, step ? "none came" : "not computed yet")));
  });
  if (step) step.inputs.forEach((input) => showInput(detail, step, input));
  if (node.loss) showLoss(detail, node.loss);
  if (node.saved.length)
    detail.append(make("p", { class: "note" }, "Saved for backward: " + node.saved.map((s) => `${s.what} ${shape(s.sizes)} (${s.bytes} bytes)`).join(", ")));
}

function showParameters() {
  const leaves = tape.nodes.map((node, n) => n).filter((n) => tape.nodes[n].leaf);
  const final = (n) => gradientAt(n, 0, last);
  const norms = leaves.map((n) => final(n) && Number(final(n).sum.norm)).filter((norm) => norm > 0 && Number.isFinite(norm));
  const largest = Math.max(0, ...norms), smallest = Math.min(...norms);
  // Gradients that vanish or explode are not to be told apart but by their powers of ten.
  const logarithmic = largest > 1000 * smallest;
  const length = (norm) => (!(norm > 0) ? 0 : logarithmic ? 4 + (96 * Math.log(norm / smallest)) / Math.log(largest / smallest) : (100 * norm) / largest);
  const table = make("table", { class: "bars" });
  for (const n of leaves) {
    const event = gradientAt(n, 0, position);
    const row = make("tr", { onclick: () => visit(n) }, make("td", { class: "name" }, labelOf(n)));
    const norm = event && Number(event.sum.norm);
    if (!event) row.append(make("td", { colspan: 2 }, make("span", { class: "waiting-text" }, "not computed yet")));
    else
      row.append(
        make("td", { class: "bar" }, make("div", { style: `width: ${Math.max(0, Math.min(100, length(norm)))}%; min-width: ${norm > 0 ? 2 : 0}px` })),
        make("td", {}, format(event.sum.norm), event.toCome > 0 ? " so far " : " ", ...badgesOf(event.sum)));
    table.append(row);
  }
  byId("parameters").replaceChildren(make("h2", {}, "Gradient norm of each leaf"),
    logarithmic ? make("p", { class: "note" }, "on a logarithmic scale") : "", table);
}

// The graph --------------------------------------------------------------------------------------

// Every module with what is below it: "Net" holds the nodes of "Net.fc1".
const modules = [...new Set(tape.nodes.flatMap((node) => {
  const parts = node.module ? node.module.split(".") : [];
  return parts.map((_, i) => parts.slice(0, i + 1).join("."));
}))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
const isIn = (node, module) => node.module === module || node.module.startsWith(module + ".");

// The box that stands for a node: its own, or that of the outermost folded module around it.
function boxOf(n) {
  const module = modules.find((name) => collapsed.has(name) && isIn(tape.nodes[n], name));
  return module === undefined ? n : module;
}

function boundsOf(module) {
  const members = tape.nodes.filter((node) => isIn(node, module));
  const left = Math.min(...members.map((n) => n.x - n.w / 2)), right = Math.max(...members.map((n) => n.x + n.w / 2));
  const top = Math.min(...members.map((n) => n.y - n.h / 2)), bottom = Math.max(...members.map((n) => n.y + n.h / 2));
  return { left, right, top, bottom, x: (left + right) / 2, y: (top + bottom) / 2, members: members.length };
}

function drawBox(x, y, w, h, lines, state, onclick, attributes) {
  const group = make("g", { class: `node ${state}`, onclick, ...attributes }, make("rect", { class: "box", x: x - w / 2, y: y - h / 2, width: w, height: h, rx: 7 }));
  lines.forEach((line, i) => group.append(make("text", { x, y: y + 4.5 + (i - (lines.length - 1) / 2) * 16, class: i ? "shape" : "" }, line)));
  return group;
}

function drawEdge(edge) {
  const from = boxOf(edge.from), to = boxOf(edge.to);
  if (from === to) return null;
  const taken = tape.steps.findIndex((step) => step.node === edge.to) + 1;
  const state = taken === 0 || taken > position ? "" : taken === position && inspected === null ? " active" : " used";
  let path = edge.path;
  if (typeof from === "string" || typeof to === "string") {
    const end = (box, n) => (typeof box === "string" ? { ...boundsOf(box), h: 42 } : { ...tape.nodes[n] });
    const a = end(from, edge.from), b = end(to, edge.to);
    const below = b.y - b.h / 2 > a.y + a.h / 2;
    path = below ? `M${a.x} ${a.y + a.h / 2} L${b.x} ${b.y - b.h / 2}` : `M${a.x} ${a.y} L${b.x} ${b.y}`;
  }
  const marker = state === " active" ? { "marker-start": "url(#flow)" } : { "marker-end": "url(#arrow)" };
  return make("path", { class: "edge" + state, d: path, ...marker });
}

// Values flow down the edges, the gradient of the present step flows up.
function arrowHead(id, kind, size) {
  return make("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: size, markerHeight: size, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" },
    make("path", { class: kind, d: "M0 0 L8 4 L0 8 z" }));
}

function showGraph() {
  const canvas = byId("canvas");
  const scale = Math.max(0.62, Math.min(1, canvas.clientWidth / tape.width)); // smaller could not be read: then it scrolls
  const svg = make("svg", { width: tape.width * scale, height: tape.height * scale, viewBox: `0 0 ${tape.width} ${tape.height}`, role: "img", "aria-label": "The graph, inputs above, loss below" },
    make("defs", {}, arrowHead("arrow", "arrow", 9), arrowHead("flow", "flow", 15)));
  // dot has kept the nodes of a module together, so that a frame holds no others.
  if (tape.engine === "dot")
    for (const module of new Set(tape.nodes.map((node, n) => (typeof boxOf(n) === "number" ? node.module : "")))) {
      const own = tape.nodes.filter((node) => node.module === module);
      if (!module || own.length < tape.nodes.filter((node) => isIn(node, module)).length) continue;
      const b = boundsOf(module);
      svg.append(make("rect", { class: "module", x: b.left - 7, y: b.top - 7, width: b.right - b.left + 14, height: b.bottom - b.top + 14, rx: 9 }, make("title", {}, module)));
    }
  for (const edge of tape.edges) {
    const drawn = drawEdge(edge);
    if (drawn) svg.append(drawn);
  }
  const folded = new Set();
  const shown = currentNode();
  tape.nodes.forEach((node, n) => {
    const box = boxOf(n);
    if (typeof box === "string") return folded.add(box);
    const title = node.leaf ? labelOf(n) : `${labelOf(n)}  ${node.short}`;
    svg.append(drawBox(node.x, node.y, node.w, node.h, [title, shape(node.outputs[0].sizes)],
      stateOf(n) + (n === shown ? " current" : ""), () => visit(n), { "data-node": n }));
  });
  for (const module of folded) {
    const bounds = boundsOf(module);
    const inside = tape.nodes.map((node, n) => n).filter((n) => isIn(tape.nodes[n], module));
    const states = inside.map(stateOf);
    const state = states.every((s) => s === "done") ? "done" : states.every((s) => s === "waiting") ? "waiting" : "partial";
    svg.append(drawBox(bounds.x, bounds.y, Math.max(100, module.length * 7.6 + 24), 42, [module, plural(bounds.members, "node")],
      state + (inside.includes(shown) ? " current" : ""), () => fold(module), { "data-module": module }));
  }
  const scroll = [canvas.scrollLeft, canvas.scrollTop];
  canvas.replaceChildren(svg);
  [canvas.scrollLeft, canvas.scrollTop] = scroll;
  const box = boxOf(shown), place = typeof box === "string" ? boundsOf(box) : tape.nodes[shown];
  const offset = svg.getBoundingClientRect().left - canvas.getBoundingClientRect().left + canvas.scrollLeft;
  const hidden = (at, start, size) => at < start + 60 || at > start + size - 60;
  const x = place.x * scale + offset, y = place.y * scale;
  if (hidden(x, canvas.scrollLeft, canvas.clientWidth)) canvas.scrollLeft = x - canvas.clientWidth / 2;
  if (hidden(y, canvas.scrollTop, canvas.clientHeight)) canvas.scrollTop = y - canvas.clientHeight / 2;
}

function showModules() {
  byId("modules").replaceChildren(...modules.map((module) =>
    make("button", { onclick: () => fold(module), "aria-pressed": collapsed.has(module), "data-fold": module }, (collapsed.has(module) ? "▸ " : "▾ ") + module)));
}

// Moving about -----------------------------------------------------------------------------------

function fold(module) {
  if (!collapsed.delete(module)) collapsed.add(module);
  show();
}

function visit(node) {
  if (stepOf.has(node)) return go(stepOf.get(node));
  inspected = node;
  show();
}

function go(to) {
  position = Math.max(0, Math.min(last, to));
  inspected = null;
  history.replaceState(null, "", "#" + position);
  show();
}

function show() {
  byId("slider").value = position;
  byId("position").textContent = `step ${position} of ${last}`;
  byId("first").disabled = byId("back").disabled = position === 0;
  byId("last").disabled = byId("forward").disabled = position === last;
  document.body.dataset.step = position;
  showModules();
  showGraph();
  showDetail();
  showParameters();
}

byId("first").addEventListener("click", () => go(0));
byId("back").addEventListener("click", () => go(position - 1));
byId("forward").addEventListener("click", () => go(position + 1));
byId("last").addEventListener("click", () => go(last));
byId("slider").max = last;
byId("slider").addEventListener("input", (event) => go(Number(event.target.value)));
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const to = { ArrowRight: position + 1, ArrowLeft: position - 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  go(to);
});
const fromAddress = () => go(Number.parseInt(location.hash.slice(1), 10) || 0);
window.addEventListener("hashchange", fromAddress);
window.addEventListener("resize", showGraph);
byId("subtitle").textContent = `backward from ${tape.lossLabel}, ${plural(tape.nodes.length, "node")}`;
fromAddress();
