// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Position } from '../position.ts';
import { circlePath, height, isWellInside, pointOf, positionAt, spans, viewOf, width, zoomFor } from './view.ts';

const near = spans.filter((span) => span < 360);
const of = (latitude: number, longitude = 25): Position => ({ latitude, longitude });

test('a point lies well inside the view around it, at the poles and at the date line too', () => {
  for (const latitude of [-90, -89.9, -88, -81, 0, 79, 80.1, 88, 90]) {
    for (const longitude of [-180, -179.99, 0, 25, 180]) {
      for (const span of near) assert.ok(isWellInside(viewOf(of(latitude, longitude), span), of(latitude, longitude)), `${latitude} ${longitude} ${span}`);
    }
  }
});

test('the whole world is seen from pole to pole', () => {
  const world = viewOf(of(88), 360);
  for (const latitude of [88, -89.9, 90]) {
    const [, y] = pointOf(world, of(latitude))!;
    assert.ok(y >= 0 && y <= height, String(latitude));
  }
});

test('an area is drawn around its point wherever that lies', () => {
  for (const latitude of [88, -89.9, 90]) {
    for (const radius of [1, 10, 100, 101, 500]) {
      const at = of(latitude);
      const view = viewOf(at, spans[zoomFor(at, radius)]!);
      assert.ok(isWellInside(view, at), `${latitude} ${radius}`);
      assert.match(circlePath(view, at, radius), /^M[\d.,MLZ-]+Z$/, `${latitude} ${radius}`);
    }
  }
});

test('away from the poles the point is in the middle', () => {
  assert.deepEqual(pointOf(viewOf(of(47.5), 10), of(47.5))!.map(Math.round), [width / 2, height / 2]);
});

test('beyond a pole there is no position', () => {
  const view = viewOf(of(90), 30);
  assert.equal(positionAt(view, width / 2, 0), null);
  assert.ok(positionAt(view, width / 2, height - 1));
});
