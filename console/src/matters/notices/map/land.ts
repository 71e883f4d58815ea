// SPDX-License-Identifier: Apache-2.0
// The map's coast lines (Natural Earth 1:110 million, public domain). Only what opens a map loads this.
import { geoGraticule } from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import data from 'world-atlas/land-110m.json';
import type { View } from './view.ts';

const topology = data as unknown as Topology<{ land: GeometryCollection }>;
const coast = feature(topology, topology.objects.land);

export const landPath = (view: View): string => view.path(coast) ?? '';

export function gridPath(view: View, span: number): string {
  const step = span <= 10 ? 2 : span <= 30 ? 5 : span <= 90 ? 15 : 30;
  return view.path(geoGraticule().step([step, step])()) ?? '';
}
