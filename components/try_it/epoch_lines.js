// Which classes have a line in the chart of the time machine, and the line itself. No page.

/** Lines at most: more could not be told apart. */
const MOST_LINES = 3;

/**
 * The classes that have a line: the one that is answered at the epoch that is shown, then those that were ever likeliest.
 * @param {ArrayLike<number>} now the scores at the epoch that is shown
 * @param {ArrayLike<number>[]} all those at each epoch
 * @returns {number[]}
 */
export function shownClasses(now, all) {
  const peaks = Array.from(now, (_, place) => Math.max(...all.map((scores) => scores[place])));
  const places = peaks.map((_, place) => place).filter((place) => Number.isFinite(peaks[place]));
  places.sort((one, other) => now[other] - now[one] || one - other);
  const [first, ...others] = places;
  others.sort((one, other) => peaks[other] - peaks[one] || one - other);
  return [first, ...others].slice(0, MOST_LINES).filter((place) => place !== undefined);
}

/**
 * The epochs that have a point in the chart: of many, every second, fourth, eighth ..., the last, and the one that is shown.
 * As more epochs come the same ones stay as long as possible: a network that was made once is not made again.
 * @param {number[]} epochs in order
 * @param {number} most besides the last one and the one that is shown; below 1 the one that is shown stays alone
 * @param {number} shown
 * @returns {number[]}
 */
export function someEpochs(epochs, most, shown) {
  if (most < 1) return epochs.filter((epoch) => epoch === shown);
  let every = 1;
  while (epochs.length / every > most) every *= 2;
  return epochs.filter((epoch, place) => place % every === 0 || place === epochs.length - 1 || epoch === shown);
}

/**
 * @param {{ x: number, y: number }[]} points in order
 * @returns {string} for the attribute `d` of a path
 */
export function linePath(points) {
  return points.filter(({ y }) => Number.isFinite(y)).map(({ x, y }, i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
