// SPDX-License-Identifier: Apache-2.0
// The map's coast lines (Natural Earth 1:110 million, public domain) and its projection. Only what opens a map loads this.
import { geoCircle, geoEquirectangular, geoGraticule, geoPath, type GeoPath, type GeoProjection } from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import data from 'world-atlas/land-110m.json';
import type { Position } from '../position.ts';

const topology = data as unknown as Topology<{ land: GeometryCollection }>;
const coast = feature(topology, topology.objects.land);

export const width = 480;
export const height = 300;
/** How many degrees of longitude are across the map, from near to far. */
export const spans = [10, 30, 90, 180, 360] as const;

export interface View {
  projection: GeoProjection;
  path: GeoPath;
}

/** A map around a point, so many degrees wide. Degrees are as long both ways at its middle, as on a chart. */
export function viewOf(centre: Position, span: number): View {
  // The whole world stands upright around the equator; a nearer view turns only east and west and moves up and down.
  const latitude = span >= 360 ? 0 : Math.max(-80, Math.min(80, centre.latitude));
  const projection = geoEquirectangular()
    .rotate([-centre.longitude, 0])
    .center([0, latitude])
    .scale((width / span) * (180 / Math.PI))
    .translate([width / 2, height / 2])
    .clipExtent([[0, 0], [width, height]])
    .precision(0.3);
  return { projection, path: geoPath(projection).digits(1) };
}

export const landPath = (view: View): string => view.path(coast) ?? '';

export function gridPath(view: View, span: number): string {
  const step = span <= 10 ? 2 : span <= 30 ? 5 : span <= 90 ? 15 : 30;
  return view.path(geoGraticule().step([step, step])()) ?? '';
}

const earthKm = 6371;
/** An area around a point. */
export function circlePath(view: View, at: Position, radiusKm: number): string {
  return view.path(geoCircle().center([at.longitude, at.latitude]).radius((radiusKm / earthKm) * (180 / Math.PI)).precision(4)()) ?? '';
}

export const pointOf = (view: View, at: Position): [number, number] | null => view.projection([at.longitude, at.latitude]);

export function positionAt(view: View, x: number, y: number): Position | null {
  const found = view.projection.invert?.([x, y]);
  if (!found || found.some((degrees) => !Number.isFinite(degrees)) || Math.abs(found[1]) > 90) return null;
  return { longitude: found[0], latitude: found[1] };
}
