// What the scales of d3 need between two numbers, in place of d3-interpolate, which would bring colours, dates and texts along
// (bundling.mjs).

export function interpolateNumber(from: number, to: number): (share: number) => number {
  return (share) => from * (1 - share) + to * share;
}
export function interpolateRound(from: number, to: number): (share: number) => number {
  return (share) => Math.round(from * (1 - share) + to * share);
}
export { interpolateNumber as interpolate };
