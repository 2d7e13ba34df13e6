import { describe, expect, it } from 'vitest';
import { readPlan } from '../../src/orders/plan.ts';

const good = { id: 'rust-16gb', name: 'Rust', egg: 5, image: 'games:rust', memory: 16_384, disk: 40_960 };

describe('a row of plans that has what a server needs', () => {
  it('is read with the rest filled in', () => {
    expect(readPlan(good)).toEqual({
      kind: 'plan',
      plan: {
        ...good,
        startup: null,
        variables: {},
        cpu: 0,
        swap: 0,
        io: 500,
        databases: 0,
        ports: 0,
        backups: 0,
      },
    });
  });

  it.each([
    ['whole numbers as text', { memory: ' 2048 ', egg: '5' }, { memory: 2048, egg: 5 }],
    ['a number as id', { id: 7 }, { id: '7' }],
    ['no name, so its id is shown', { name: null }, { name: 'rust-16gb' }],
    ['a blank startup, so the egg decides', { startup: '  ' }, { startup: null }],
    ['no limit of swap', { swap: -1 }, { swap: -1 }],
    ['variables of any plain type', { variables: { A: 1, B: true } }, { variables: { A: '1', B: 'true' } }],
    ['no variables', { variables: null }, { variables: {} }],
    ['columns that it does not know', { colour: 'red' }, {}],
  ])('%s', (_name, changes, expected) => {
    expect(readPlan({ ...good, ...changes })).toMatchObject({ kind: 'plan', plan: expected });
  });
});

const NUMBER = 'must be a whole number';

describe('a row of plans that makes no sense is told by row and column', () => {
  it.each<[column: string, value: unknown, message: string]>([
    ['memory', -1, "memory can't be negative"],
    ['memory', 0, '0 would mean unlimited memory'],
    ['memory', '0', '0 would mean unlimited memory'],
    ['memory', 'lots', NUMBER],
    ['memory', '', NUMBER],
    ['memory', '16 GB', NUMBER],
    ['memory', Number.NaN, NUMBER],
    ['memory', Number.POSITIVE_INFINITY, NUMBER],
    ['memory', 1024.5, NUMBER],
    ['memory', true, NUMBER],
    ['memory', [2048], NUMBER],
    ['memory', 1e9, 'memory is more than any node has'],
    ['memory', '9'.repeat(400), NUMBER],
    ['memory', null, 'is empty'],
    ['memory', undefined, 'is empty'],
    ['disk', 0, '0 would mean unlimited disk'],
    ['disk', -5, "disk can't be negative"],
    ['disk', null, 'is empty'],
    ['cpu', -100, "cpu can't be negative"],
    ['cpu', 99_999, 'cpu is more than any node has'],
    ['swap', -2, "swap can't be negative"],
    ['swap', 'none', NUMBER],
    ['io', 9, 'must be from 10 to 1000'],
    ['io', 1001, 'must be from 10 to 1000'],
    ['databases', -1, "databases can't be negative"],
    ['ports', 1e6, 'ports is more than any node has'],
    ['backups', 0.5, NUMBER],
    ['egg', null, 'is empty'],
    ['egg', undefined, 'is empty'],
    ['egg', 0, 'must be the number of an egg on the panel'],
    ['egg', 'Rust', NUMBER],
    ['image', null, 'is empty'],
    ['image', '  ', 'must name a Docker image'],
    ['image', 7, 'must be a text'],
    ['startup', 7, 'must be a text'],
    ['name', {}, 'must be a text'],
    ['variables', 'A=1', 'must be a JSON object of texts and numbers'],
    ['variables', ['A'], 'must be a JSON object of texts and numbers'],
    ['variables.A', { A: { deep: 1 } }, 'must be a text or a number'],
    ['variables.A', { A: null }, 'is empty'],
  ])('%s: %j', (column, value, message) => {
    const reading = readPlan({ ...good, [column.split('.')[0] ?? '']: value });
    expect(reading).toEqual({
      kind: 'incomplete',
      detail: `plans "rust-16gb": ${column}: ${message}`,
      problems: [{ column, message }],
    });
  });

  it('all of it at once, in 400 characters at most', () => {
    const variables = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`V${index}`, null]));
    const reading = readPlan({ id: 3, variables });
    if (reading.kind !== 'incomplete') throw new Error('it should not be readable');
    expect(reading.detail).toMatch(/^plans "3": egg: is empty; image: is empty; variables\.V0: is empty;/);
    expect(reading.detail).toHaveLength(400);
    expect(reading.problems).toHaveLength(54);
  });

  it.each([{}, { id: null }, { id: {} }])('a row without an id too: %j', (row) => {
    const reading = readPlan(row);
    expect(reading).toMatchObject({ kind: 'incomplete', detail: expect.stringMatching(/^plans "\?": id: /) });
  });
});
