// What the cells of a confusion matrix look like, and which is beside which. Pure.

/** @typedef {[row: number, column: number]} Place */

const LEAST = 0.15;

/**
 * How strong the colour of each cell is, 0 to 1: of right answers by their share of the class, of mistakes by the most
 * frequent mistake, so that one of 28 stands out beside 900 right answers. A cell that is not empty is never pale.
 * @param {number[][]} counts by true class and answer
 * @param {number[]} rows of each class, in all
 */
export function tints(counts, rows) {
  const most = Math.max(1, ...counts.flatMap((line, row) => line.filter((_, column) => column !== row)));
  return counts.map((line, row) => line.map((count, column) =>
    count && LEAST + (1 - LEAST) * Math.min(1, count / (row === column ? rows[row] : most))));
}

/**
 * The nearest cell in a direction that is not empty; undefined if there is none.
 * @param {number[][]} counts
 * @param {Place} place
 * @param {[number, number]} step
 * @returns {Place | undefined}
 */
export function neighbour(counts, [row, column], [down, right]) {
  do [row, column] = [row + down, column + right];
  while (counts[row]?.[column] === 0);
  return counts[row]?.[column] ? [row, column] : undefined;
}

/**
 * The cell of the largest number.
 * @param {number[][]} counts
 * @returns {Place}
 */
export function strongest(counts) {
  const largest = counts.map((line) => Math.max(...line));
  const row = largest.indexOf(Math.max(...largest));
  return [row, counts[row].indexOf(largest[row])];
}

/**
 * Whether a name fits above a column.
 * @param {string} name
 */
export const isShort = (name) => [...name].length <= 3;
