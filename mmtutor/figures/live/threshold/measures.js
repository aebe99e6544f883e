// What a threshold does to a normal score: the four shares, and the measures made of them.
import { Phi } from "../runtime/normal.js";

export const APART = 2;

/** TP, FN, FP, TN as shares of all cases. */
export function shares({ threshold: t, share }) {
  const [tp, fp] = [share * Phi(APART - t), (1 - share) * Phi(-t)];
  return { tp, fn: share - tp, fp, tn: 1 - share - fp };
}

/** Every measure; precision of no alarm at all is NaN. */
export function measures(at) {
  const { tp, fn, fp, tn } = shares(at);
  const [recall, specificity] = [tp / (tp + fn), tn / (tn + fp)];
  return {
    accuracy: tp + tn, recall, specificity, balanced: (recall + specificity) / 2,
    precision: tp + fp > 1e-12 ? tp / (tp + fp) : NaN, f1: (2 * tp) / (2 * tp + fn + fp), loss: at.cost * fn + fp,
  };
}

/** Area under the ROC curve: how often a case with the event scores above one without. */
export const auc = () => Phi(APART / Math.SQRT2);

/** The threshold on the dial at which a measure is best, and the measure there. */
export function best(name, at, { low, high, step }) {
  let found;
  for (let k = 0; low + k * step <= high + 1e-9; k++) {
    const t = Number((low + k * step).toFixed(6));
    const value = measures({ ...at, threshold: t })[name];
    const better = name === "loss" ? value < found?.value - 1e-12 : value > found?.value + 1e-12;
    if (!found || better) found = { t, value };
  }
  return found;
}
