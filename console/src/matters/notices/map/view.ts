// SPDX-License-Identifier: Apache-2.0
// The map's projection: which part of the world is looked at, and where a position lies in it. Pure.
import { geoCircle, geoEquirectangular, geoPath, type GeoPath, type GeoProjection } from 'd3-geo';
import type { Position } from '../position.ts';

export const width = 480;
export const height = 300;
/** How many degrees of longitude are across the map, from near to far. */
export const spans = [10, 30, 90, 180, 360] as const;

export interface View {
  projection: GeoProjection;
  path: GeoPath;
}

/** The place in `spans` to begin with: a point is looked at from near, an area so that all of it is seen, else the world. */
export function zoomFor(at: Position | null, radiusKm: number): number {
  if (!at) return 4;
  return radiusKm > 1500 ? 3 : radiusKm > 500 ? 2 : radiusKm > 100 || radiusKm === 0 ? 1 : 0;
}

/** A map around a point, so many degrees wide. Degrees are as long both ways at its middle, as on a chart. */
export function viewOf(centre: Position, span: number): View {
  // A view goes a little beyond a pole and not far: up to there any point lies well inside the view around it.
  const highest = 90 - ((span * height) / width / 2) * 0.7;
  // The whole world stands upright around the equator; a nearer view turns only east and west and moves up and down.
  const latitude = span >= 360 ? 0 : Math.max(-highest, Math.min(highest, centre.latitude));
  const projection = geoEquirectangular()
    .rotate([-centre.longitude, 0])
    .center([0, latitude])
    .scale((width / span) * (180 / Math.PI))
    .translate([width / 2, height / 2])
    .clipExtent([[0, 0], [width, height]])
    .precision(0.3);
  return { projection, path: geoPath(projection).digits(1) };
}

const earthKm = 6371;
/** An area around a point. */
export function circlePath(view: View, at: Position, radiusKm: number): string {
  return view.path(geoCircle().center([at.longitude, at.latitude]).radius((radiusKm / earthKm) * (180 / Math.PI)).precision(4)()) ?? '';
}

export const pointOf = (view: View, at: Position): [number, number] | null => view.projection([at.longitude, at.latitude]);

/** Whether it is seen, and not at the very edge. */
export function isWellInside(view: View, at: Position): boolean {
  const [x, y] = pointOf(view, at) ?? [-1, -1];
  return x > width * 0.08 && x < width * 0.92 && y > height * 0.1 && y < height * 0.9;
}

export function positionAt(view: View, x: number, y: number): Position | null {
  const found = view.projection.invert?.([x, y]);
  if (!found || found.some((degrees) => !Number.isFinite(degrees)) || Math.abs(found[1]) > 90) return null;
  return { longitude: found[0], latitude: found[1] };
}
