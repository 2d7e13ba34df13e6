import { describe, expect, it } from 'vitest';
import { type CatalogueProblem, foldProblems } from '../../src/orders/catalogue-problem.ts';
import { checkPlan, type EggFacts } from '../../src/orders/plan-check.ts';

const egg: EggFacts = {
  dockerImages: ['games:rust', 'games:rust-beta'],
  startup: './RustDedicated',
  variables: [
    { envVariable: 'FRAMEWORK', defaultValue: 'vanilla', rules: 'required|in:vanilla,oxide,carbon' },
    { envVariable: 'RCON_PASS', defaultValue: '', rules: 'required|string|max:64' },
    { envVariable: 'SEED', defaultValue: '', rules: 'nullable|string' },
  ],
};
const row = {
  id: 'rust-16gb',
  egg: 5,
  image: 'games:rust',
  memory: 16_384,
  disk: 40_960,
  variables: { RCON_PASS: 'a-secret' },
};

/** The problems of the row, folded into the line that staff read. */
const lineOf = (changes: Record<string, unknown>, found: EggFacts | null = egg) =>
  foldProblems(checkPlan({ ...row, ...changes }, found));

describe('a plan', () => {
  it('that the panel would take has no problem', () => {
    expect(checkPlan(row, egg)).toEqual([]);
    expect(lineOf({})).toBe('');
  });

  it.each<[string, Record<string, unknown>, string, Partial<EggFacts>?]>([
    [
      'an image of another egg',
      { image: 'x:1' },
      'image: "x:1" is not among the egg\'s images (games:rust, games:rust-beta)',
    ],
    [
      'a required variable of no default',
      { variables: {} },
      'variables.RCON_PASS: is required and the egg has no default',
    ],
    [
      'a required variable set to nothing',
      { variables: { RCON_PASS: ' ' } },
      'variables.RCON_PASS: is required',
    ],
    [
      'a value that the egg refuses',
      { variables: { RCON_PASS: 'x', FRAMEWORK: 'forge' } },
      'variables.FRAMEWORK: must be one of vanilla, oxide, carbon',
    ],
    [
      'a default that the egg itself refuses',
      {},
      "variables.N: is not set, and the egg's default must be a whole number",
      { variables: [...egg.variables, { envVariable: 'N', defaultValue: 'x', rules: 'integer' }] },
    ],
    [
      'a variable that the egg does not have',
      { variables: { RCON_PASS: 'x', FOO: '1' } },
      'variables.FOO: the egg has no such variable, the panel would drop it',
    ],
    [
      'a variable in another case',
      { variables: { RCON_PASS: 'x', seed: '1' } },
      'variables.seed: the egg has no such variable, the panel would drop it',
    ],
    ['no startup anywhere', { startup: ' ' }, 'startup: is empty, and the egg has none', { startup: ' ' }],
  ])('with %s is told by row and column', (_name, changes, problem, eggChanges = {}) => {
    expect(lineOf(changes, { ...egg, ...eggChanges })).toBe(`plans "rust-16gb": ${problem}`);
  });

  it('whose egg is gone is told by the number of the egg', () => {
    expect(lineOf({}, null)).toBe('plans "rust-16gb": egg: the panel has no egg 5');
  });

  it('that cannot be read is told as its reading tells it, whatever the egg', () => {
    const said = 'plans "rust-16gb": egg: is empty; memory: 0 would mean unlimited memory';
    expect(lineOf({ egg: null, memory: 0 }, null)).toBe(said);
    expect(lineOf({ egg: null, memory: 0 })).toBe(said);
    expect(foldProblems(checkPlan({}, null))).toMatch(/^plans "\?": id: is empty; egg: is empty;/);
  });

  it.each<[string, Record<string, unknown>, Partial<EggFacts>]>([
    ['an egg without a list of images', { image: 'x:1' }, { dockerImages: [] }],
    ['a startup of its own', { startup: './run' }, { startup: '' }],
    [
      'variables named as what every object has',
      {},
      {
        variables: [
          { envVariable: 'constructor', defaultValue: '1', rules: 'required|integer' },
          ...egg.variables,
        ],
      },
    ],
  ])('with %s is fine', (_name, changes, eggChanges) => {
    expect(checkPlan({ ...row, ...changes }, { ...egg, ...eggChanges })).toEqual([]);
  });

  it('is told all of it at once, and never with a value', () => {
    const variables = { RCON_PASS: 'hunter2'.repeat(10), FRAMEWORK: 'hunter2', FOO: 'hunter2' };
    const problems = checkPlan({ ...row, image: 'x:1', variables }, egg);
    expect(problems.map(({ column }) => column)).toEqual([
      'image',
      'variables.FRAMEWORK',
      'variables.RCON_PASS',
      'variables.FOO',
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

describe('a line of problems', () => {
  const problem = (message: string, id = 'p'): CatalogueProblem => ({
    subject: { kind: 'plan', id },
    column: 'image',
    message,
  });

  it('is cut after a whole problem, and says how many more there are', () => {
    const line = foldProblems(
      Array.from({ length: 30 }, (_, index) => problem(`problem number ${index + 1}`)),
    );
    expect(line.length).toBeLessThanOrEqual(400);
    const [, last, more] = /problem number (\d+) and (\d+) more$/.exec(line) ?? [];
    expect(Number(last) + Number(more)).toBe(30);
  });

  it.each([1, 2, 500])('holds at most 400 characters with %i problems of any length', (count) => {
    for (const length of [1, 100, 350, 380, 390, 2_000]) {
      const problems = Array.from({ length: count }, () => problem('x'.repeat(length), 'i'.repeat(length)));
      expect(foldProblems(problems).length).toBeLessThanOrEqual(400);
    }
  });

  it('is one line', () => {
    expect(foldProblems([problem('a\r\nb\u0000c')])).toBe('plans "p": image: a b c');
  });
});
