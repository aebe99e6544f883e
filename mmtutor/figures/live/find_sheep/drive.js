// The environment of mmtutor.navigation once more: maps, steps, camera and ears.

const AHEAD = [[-1, 0], [0, 1], [1, 0], [0, -1]]; // up, right, down, left
export const RAYS = Array.from({ length: 11 }, (_, k) => 10 * k - 50); // degrees

/** A map from its text: walls, sheep (0 none, 1 silent, 2 the goal) and where the robot starts. */
export function readMap(text) {
  const rows = text.split("\n");
  const map = { walls: rows.map((row) => [...row].map((sign) => sign === "#")), sheep: rows.map((row) => [...row].map((sign) => " sS".indexOf(sign))) };
  map.sheep = map.sheep.map((row) => row.map((kind) => Math.max(kind, 0)));
  rows.forEach((row, r) => [...row].forEach((sign, c) => {
    if ("^>v<".includes(sign)) map.start = { row: r, column: c, heading: "^>v<".indexOf(sign) };
    if (sign === "S") map.goal = { row: r, column: c };
  }));
  return map;
}

/** Where a row of actions leads: "f" forward, "l" turn left, "r" turn right. */
export function walkAlong(map, actions, limit) {
  let { row, column, heading } = map.start;
  const way = [{ row, column, heading }];
  let [walked, collisions, touched] = [0, 0, 0];
  for (const action of actions) {
    if (touched || way.length > limit) break;
    if (action === "f") {
      const [down, right] = AHEAD[heading];
      if (map.walls[row + down][column + right]) collisions += 1;
      else [row, column, walked] = [row + down, column + right, walked + 1];
    } else heading = (heading + (action === "r" ? 1 : 3)) % 4;
    touched = map.sheep[row][column];
    way.push({ row, column, heading });
  }
  const ended = touched > 0 || way.length > limit;
  return { row, column, heading, way, walked, collisions, ended, success: touched === 2, touched };
}

/** What each ray meets: how far it goes, and whether that is a sheep. */
export function look(map, { row, column, heading }) {
  return RAYS.map((degrees) => {
    const angle = (degrees * Math.PI) / 180 + (heading * Math.PI) / 2;
    const [down, right] = [-Math.cos(angle), Math.sin(angle)];
    let [r, c] = [0, 0];
    for (;;) {
      const toRow = Math.abs(down) > 1e-9 ? (Math.abs(r) + 0.5) / Math.abs(down) : Infinity;
      const toColumn = Math.abs(right) > 1e-9 ? (Math.abs(c) + 0.5) / Math.abs(right) : Infinity;
      if (toRow < toColumn) r += Math.sign(down);
      else c += Math.sign(right);
      const sheep = map.sheep[row + r][column + c] > 0;
      if (sheep || map.walls[row + r][column + c]) return { distance: Math.min(toRow, toColumn), sheep };
    }
  });
}

/** Cells of wall on the straight line to the goal. */
function wallsBetween(map, row, column) {
  const [down, right] = [map.goal.row - row, map.goal.column - column];
  const steps = Math.max(Math.abs(down), Math.abs(right));
  let count = 0;
  for (let step = 1; step < steps; step += 1) {
    count += map.walls[Math.floor(row + down * (step / steps) + 0.5)][Math.floor(column + right * (step / steps) + 0.5)];
  }
  return count;
}

/** What the ears hear: power in six octaves left and right, and how many ms sooner right. */
export function hear(map, { row, column, heading }, { power, wall_db: damps, delay }) {
  const [down, right] = [map.goal.row - row, map.goal.column - column];
  const distance = Math.max(Math.hypot(down, right), 0.5);
  const between = wallsBetween(map, row, column);
  const arrives = power.map((p, b) => (p * 10 ** ((-between * damps[b]) / 10)) / distance ** 2);
  const angle = Math.atan2(right, -down) - (heading * Math.PI) / 2;
  const [left, right_] = [-Math.PI / 4, Math.PI / 4].map((turned) => {
    const cup = Math.max((1 + Math.cos(angle - turned)) / 2, 0.1);
    return arrives.map((p) => p * cup ** 4);
  });
  return { left, right: right_, delay: delay * Math.sin(angle) };
}

/** The loudness of all octaves together, in dB. */
export const loudness = (powers) => 10 * Math.log10(1 + powers.reduce((sum, p) => sum + p, 0));
