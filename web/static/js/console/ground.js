// The ground under a plot's outline, reckoned on a flat map: corners are [latitude, longitude] in degrees, the
// board is 1000 × 1000 units. The server reckons again on the ellipsoid.
const METRES_A_DEGREE = 111_320;
const NARROWEST_M = 60;

const eastOf = ([lat]) => METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180);

/** The corners in a text, one a line; lines that are no corner are passed over. */
export function readPoints(text) {
  const points = [];
  for (const line of text.split(/\n/)) {
    const found = line.replace(/(\d),(\d)/g, "$1.$2").match(/-?\d+(?:\.\d+)?/g);
    if (found && found.length === 2) points.push(found.map(Number));
  }
  return points;
}

export const formatPoint = ([lat, lon]) => `${lat.toFixed(7)} ${lon.toFixed(7)}`;

// Metres east and north of `origin`.
function flatten(points, origin) {
  const east = eastOf(origin);
  return points.map(([lat, lon]) => [(lon - origin[1]) * east, (lat - origin[0]) * METRES_A_DEGREE]);
}

/** Square metres, near enough to be told before the outline is kept. */
export function roughArea(points) {
  const flat = flatten(points, points[0]);
  let doubled = 0;
  flat.forEach(([x, y], at) => {
    const [nextX, nextY] = flat[(at + 1) % flat.length];
    doubled += x * nextY - nextX * y;
  });
  return Math.abs(doubled) / 2;
}

/** Metres between two corners. */
export function distance(one, other) {
  const [[x, y]] = flatten([other], one);
  return Math.hypot(x, y);
}

/** The part of the ground that shows all of `points`, `zoom` times as near; `null` for no points. */
export function frameOf(points, zoom) {
  if (!points.length) return null;
  const origin = points[0];
  const flat = flatten(points, origin);
  const [xs, ys] = [flat.map(([x]) => x), flat.map(([, y]) => y)];
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [south, north] = [Math.min(...ys), Math.max(...ys)];
  const span = Math.max(east - west, north - south, NARROWEST_M) * 1.4;
  return { origin, middle: [(west + east) / 2, (south + north) / 2], scale: (1000 / span) * zoom };
}

/** Where corners stand on the board. */
export function toBoard(points, { origin, middle, scale }) {
  return flatten(points, origin).map(([x, y]) => [500 + (x - middle[0]) * scale, 500 - (y - middle[1]) * scale]);
}

/** The corner at a place of the board; the inverse of `toBoard`. */
export function fromBoard([x, y], { origin, middle, scale }) {
  return [
    origin[0] + ((500 - y) / scale + middle[1]) / METRES_A_DEGREE,
    origin[1] + ((x - 500) / scale + middle[0]) / eastOf(origin),
  ];
}
