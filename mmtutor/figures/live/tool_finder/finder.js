// Which tool fits: by the first thing that it fails, none if it fits.

/** Why a row is left out: "wants", "senses", "labels", "sale" or "offline"; "" if it fits. */
export function fails(row, { want, senses, labels, sale, offline }) {
  if (!row.wants.includes(want)) return "wants";
  if (!row.senses.includes("any") && !senses.every((sense) => row.senses.includes(sense))) return "senses";
  if (!row.labels.includes(labels)) return "labels";
  if (sale && row.use !== "any") return "sale";
  return offline && row.fetches ? "offline" : "";
}
