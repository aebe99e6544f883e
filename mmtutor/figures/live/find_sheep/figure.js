// Find the sheep that bleats: drive by keys, touch or buttons; let a policy drive; race it.
import { button, choice, element, fill, follow, frame, number, put, slider, status, toggle } from "../runtime/controls.js";
import { bleater } from "./bleat.js";
import { RAYS, hear, look, loudness, readMap, walkAlong } from "./drive.js";
import { camera, meters, plan } from "./views.js";

const STYLE = `
.fs-top { display: grid; gap: 0.75rem; margin: 0.5rem 0; }
.fs-stage { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; margin: 0.75rem 0; }
.fs-seat { border: 1px solid var(--live-line); border-radius: 0.625rem; overflow: hidden; }
.fs-camera { display: block; width: 100%; }
.fs-sky { fill: color-mix(in srgb, var(--live-blue) 12%, var(--live-paper)); }
.fs-floor { fill: color-mix(in srgb, var(--live-green) 16%, var(--live-paper)); }
.fs-wall { fill: var(--live-edge); }
.fs-sheep { fill: var(--live-both); stroke: var(--live-ink); stroke-width: 1.5; }
.fs-ears { display: grid; gap: 0.25rem; padding: 0.5rem 0.75rem; }
.fs-ear { display: grid; grid-template-columns: 5.5rem 1fr 3.5rem; align-items: center; gap: 0.5rem; }
.fs-meter { height: 0.75rem; border: 1px solid var(--live-edge); border-radius: 0.375rem; overflow: hidden; }
.fs-meter i { display: block; height: 100%; background: var(--live-blue); }
.fs-plan { display: block; width: 100%; max-width: 24rem; margin: 0 auto; }
.fs-silent, .fs-goal { fill: var(--live-both); stroke: var(--live-ink); stroke-width: 0.06; }
.fs-waves { fill: none; stroke: var(--live-ink); stroke-width: 0.09; }
.fs-robot { fill: var(--live-ink); }
.fs-way { fill: none; stroke-width: 0.14; stroke-linejoin: round; stroke-linecap: round; stroke: var(--live-blue); }
.fs-way-you { stroke: var(--live-red); stroke-dasharray: 0.3 0.26; }
.fs-hidden { display: grid; place-items: center; min-height: 9rem; padding: 1rem; border: 1px dashed var(--live-edge); border-radius: 0.625rem; text-align: center; }
.fs-race { width: 100%; border-collapse: collapse; }
.fs-race th, .fs-race td { padding: 0.25rem 0.5rem; border-bottom: 1px solid var(--live-line); text-align: left; }
@container live (min-width: 42rem) { .fs-stage { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }`;

const KEYS = { ArrowUp: "f", ArrowLeft: "l", ArrowRight: "r", w: "f", a: "l", d: "r" };

function render({ model, el }) {
  const words = model.get("words");
  const called = (name) => (name === "you" ? words.you : name); // a policy's name may be any word
  const tasks = model.get("tasks").map((task) => ({ ...task, map: readMap(task.map) }));
  const drivers = ["you", ...Object.keys(tasks[0].walks)];
  const players = new Map(); // task → what bleats there
  let clock = 0;
  frame(model, el);

  const now = () => {
    const [task, driver] = [tasks[model.get("task")], model.get("driver")];
    const actions = driver === "you" ? model.get("actions") : task.walks[driver].slice(0, model.get("step"));
    return { task, driver, actions, at: walkAlong(task.map, actions, model.get("limit")) };
  };
  const act = (action) => {
    const { driver, actions, at } = now();
    if (driver === "you" && !at.ended) {
      put(model, { actions: actions + action });
      sound();
    }
  };
  const sound = () => {
    if (!model.get("sound")) return;
    const { task, at } = now();
    const index = model.get("task");
    if (!players.has(index)) players.set(index, bleater(task));
    players.get(index).play(hear(task.map, at, task));
  };
  const change = (values) => {
    clearInterval(clock);
    put(model, values);
  };

  // ------------------------------------------------------------ controls
  const taskChoice = choice({
    label: words.task, options: tasks.map((_, i) => [i, `${i + 1}`, fill(words.task_name, { n: i + 1 })]),
    onChange: (task) => change({ task: Number(task), actions: "", step: 0 }),
  });
  const driverChoice = choice({
    label: words.driver, options: drivers.map((name) => [name, called(name), called(name)]),
    onChange: (driver) => change({ driver, step: 0 }),
  });
  const hearing = toggle({ label: words.hear, onChange: (on) => {
    change({ sound: on });
    sound();
  } });
  const mapToggle = toggle({ label: words.show_map, onChange: (on) => change({ map_shown: on }) });
  const steer = element("div", { class: "live-row" },
    button({ label: words.left, icon: "M10 2L3 8L10 14Z", onPress: () => act("l") }),
    button({ label: words.forward, icon: "M2 10L8 3L14 10Z", onPress: () => act("f") }),
    button({ label: words.right, icon: "M6 2L13 8L6 14Z", onPress: () => act("r") }),
    button({ label: words.again, onPress: () => change({ actions: "" }) }));
  const dial = slider({
    label: words.step, min: 0, max: 1, step: 1, say: (value) => `${value}`,
    onInput: (step) => change({ step }),
  });
  const range = dial.node.querySelector("input");
  const play = button({ label: words.play, icon: "M3 1.5V14.5L14 8Z", onPress: () => {
    const { task, driver } = now();
    const last = task.walks[driver].length;
    change({ step: model.get("step") < last ? model.get("step") : 0 });
    clock = setInterval(() => {
      const step = model.get("step") + 1;
      put(model, { step: Math.min(step, last) });
      sound();
      if (step >= last) clearInterval(clock);
    }, 350);
  } });
  const ride = element("div", { class: "live-stack" }, dial.node, element("div", { class: "live-row" }, play));

  // ------------------------------------------------------------ views
  const [view, ears] = [camera(), meters(words)];
  const seat = element("div", {
    class: "fs-seat", tabindex: 0, role: "application", "aria-label": words.seat,
    onkeydown: (event) => {
      const action = KEYS[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      act(action);
      event.preventDefault();
      event.stopPropagation();
    },
  }, view.node, ears.node);
  const above = plan("");
  const covered = element("div", { class: "fs-hidden live-quiet" }, words.covered);
  const line = status();
  const table = element("tbody");
  const race = element("table", { class: "fs-race" },
    element("thead", {}, element("tr", {}, ["who", "result", "cells", "steps"].map((name) => element("th", { scope: "col" }, words[name])))), table);
  el.append(
    element("style", {}, STYLE),
    element("div", { class: "fs-top" }, taskChoice.node, driverChoice.node,
      element("div", { class: "live-row" }, hearing.node, mapToggle.node)),
    element("div", { class: "fs-stage" }, element("div", { class: "live-stack" }, seat, steer, ride), element("div", {}, covered, above.node)),
    line.node, race,
  );

  const drawn = follow(model, ["task", "driver", "actions", "step", "sound", "map_shown"], () => {
    const { task, driver, at } = now();
    const yours = walkAlong(task.map, model.get("actions"), model.get("limit"));
    const [mine, open] = [driver === "you", model.get("map_shown") || yours.ended || driver !== "you"];
    taskChoice.show(model.get("task"));
    driverChoice.show(driver);
    hearing.show(model.get("sound"));
    mapToggle.show(model.get("map_shown"));
    steer.hidden = !mine;
    ride.hidden = mine;
    if (!mine) {
      range.max = task.walks[driver].length;
      dial.show(model.get("step"));
      range.style.setProperty("--live-part", `${(100 * model.get("step")) / range.max}%`);
    }
    const [rays, heard] = [look(task.map, at), hear(task.map, at, task)];
    view.show(rays);
    ears.show(loudness(heard.left), loudness(heard.right));
    covered.hidden = open;
    above.node.style.display = open ? "" : "none";
    if (open) {
      const ways = mine ? [] : [{ way: at.way, name: "policy" }];
      above.show(task.map, [...ways, { way: yours.way, name: "you" }], at);
      above.node.setAttribute("aria-label", fill(words.plan, { driver: called(driver), walked: at.walked }));
    }
    line.say(`${told(words, rays, heard, at)} ${ending(words, at)}`.trim());
    const shown = yours.ended ? drivers : drivers.slice(0, mine ? 1 : undefined);
    table.replaceChildren(...shown.map((name) => {
      const walk = name === "you" ? yours : walkAlong(task.map, task.walks[name], model.get("limit"));
      const result = walk.success ? words.found : walk.touched ? words.wrong : walk.ended ? words.late : words.going;
      return element("tr", {}, element("th", { scope: "row" }, called(name)), element("td", {}, result),
        element("td", {}, `${walk.walked}`), element("td", {}, `${walk.way.length - 1}`));
    }));
  });
  return () => {
    clearInterval(clock);
    drawn();
    for (const player of players.values()) player.close();
  };
}

/** What is seen and heard, in words, for those who use neither. */
function told(words, rays, heard, at) {
  const sheep = [];
  rays.forEach(({ distance, sheep: is }, k) => {
    const last = sheep.at(-1);
    if (is && last?.to === k - 1) Object.assign(last, { to: k, distance: Math.min(last.distance, distance) });
    else if (is) sheep.push({ from: k, to: k, distance });
  });
  const seen = sheep.map(({ from, to, distance }) => {
    const angle = (RAYS[from] + RAYS[to]) / 2;
    const side = Math.abs(angle) < 1 ? words.side_ahead : angle < 0 ? words.side_left : words.side_right;
    return fill(words.seen_sheep, { d: number(distance, 1), side: fill(side, { angle: Math.abs(angle) }) });
  });
  const ms = Math.abs(heard.delay);
  const sooner = ms < 0.02 ? words.same_time : heard.delay > 0 ? words.right_first : words.left_first;
  return fill(words.told, {
    wall: rays[5].sheep ? "" : fill(words.wall, { d: number(rays[5].distance, 1) }),
    sheep: seen.join(" ") || words.no_sheep,
    left: Math.round(loudness(heard.left)), right: Math.round(loudness(heard.right)),
    sooner: fill(sooner, { ms: number(ms, 2) }), bump: at.collisions,
  }).trim();
}

const ending = (words, at) =>
  at.success ? fill(words.said_found, { walked: at.walked, steps: at.way.length - 1 })
    : at.touched ? words.said_wrong : at.ended ? words.said_late : "";

export default { render };
