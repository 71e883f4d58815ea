// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Form } from '../../api/matters.ts';
import { bodyOf, placesIn, problemsIn, problemsOf, saidIn } from './fields.ts';

const form: Form = {
  form: 'object-in-airspace', code: 1, title: 'Object in airspace', refers: false,
  fields: [
    { name: 'object', label: 'Object', type: 'choice', required: true, choices: [{ name: 'balloon', text: 'balloon' }] },
    { name: 'observed_at', label: 'Observed', type: 'time', required: true },
    { name: 'position', label: 'Position', type: 'position', required: true, inputs: ['latitude', 'longitude'] },
    { name: 'altitude_m', label: 'Altitude', type: 'number', required: false, least: -500, most: 1000000 },
    { name: 'remarks', label: 'Remarks', type: 'text', required: false, most: 8 },
  ],
};
const whole = { object: 'balloon', observed_at: '2023-02-04T19:39:00Z', latitude: '33 40.8 N', longitude: '-78.88' };

test('a form that is filled in goes as the station takes it', () => {
  assert.deepEqual(problemsOf(form, whole), {});
  assert.deepEqual(bodyOf(form, { ...whole, altitude_m: '18300', remarks: '' }), {
    object: 'balloon', observed_at: '2023-02-04T19:39:00Z', latitude: '33.68', longitude: '-78.88', altitude_m: '18300',
  });
});

test('each field that is missing or out of range is named', () => {
  assert.deepEqual(problemsOf(form, { latitude: '91', altitude_m: '1000001', remarks: 'ééééé' }), {
    object: 'missing', observed_at: 'missing', latitude: 'wrong', longitude: 'missing', altitude_m: 'wrong', remarks: 'wrong',
  });
  assert.deepEqual(problemsOf(form, { ...whole, altitude_m: '12.5' }), { altitude_m: 'wrong' });
});

test('a position that is not required may be left out whole, and not by half', () => {
  const free: Form = { ...form, fields: [{ ...form.fields[2]!, required: false }] };
  assert.deepEqual(problemsOf(free, {}), {});
  assert.deepEqual(problemsOf(free, { latitude: '3' }), { longitude: 'missing' });
});

test('the station\'s answer of several fields is put at each of them', () => {
  const message = 'object must be one of: aircraft, balloon; longitude is missing; speed_kn is not a field of it; altitude_m must be a whole number from -500 to 1000000';
  assert.deepEqual(problemsIn(form, message), { object: 'wrong', longitude: 'missing', altitude_m: 'wrong' });
});

test('a filled-in form is said in its own words and order, and what is no field of it stands last', () => {
  const body = { altitude_m: 18300, colour: 'white', longitude: '-78.88', latitude: '33.68', object: 'balloon' };
  const position = form.fields.find((field) => field.type === 'position')!;
  const object = form.fields.find((field) => field.name === 'object')!;
  assert.deepEqual(saidIn(form, body), [
    { label: object.label, values: [{ name: 'object', value: object.choices!.find((choice) => choice.name === 'balloon')!.text }] },
    { label: position.label, values: [{ name: 'latitude', value: '33.68' }, { name: 'longitude', value: '-78.88' }] },
    { label: 'Altitude', values: [{ name: 'altitude_m', value: '18300' }] },
    { label: 'colour', values: [{ name: 'colour', value: 'white' }] },
  ]);
  assert.deepEqual(placesIn(form, body), [{ label: position.label, name: position.name, latitude: 33.68, longitude: -78.88 }]);
  assert.deepEqual(placesIn(form, { latitude: '33.68' }), []);
});
