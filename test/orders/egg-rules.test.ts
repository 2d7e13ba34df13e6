import { describe, expect, it } from 'vitest';
import { seedEggs } from '../../sandbox/panel/egg-seed.ts';
import { validate } from '../../sandbox/panel/rules.ts';
import { checkEggRules } from '../../src/orders/egg-rules.ts';

describe('a value that an egg allows', () => {
  it.each([
    ['vanilla', 'required|string|in:vanilla,oxide,carbon'],
    ['a,b', 'in:"a,b",c'],
    ['b', 'in:,b'],
    ['other', 'not_in:root,admin'],
    ['5', 'integer|between:1,5'],
    ['-3', 'integer'],
    ['2.5', 'numeric|min:2|max:3'],
    ['0', 'boolean'],
    ['1449', 'numeric|digits_between:3,10'],
    ['007', 'digits:3'],
    ['server.jar', 'required|regex:/^([\\w\\d._-]+)(\\.jar)$/'],
    ['b', 'required|regex:/^(a|b)$/i|max:1'],
    ['a|b', 'regex:~^a\\|b$~|string'],
    ['grüße_1-2', 'alpha_dash'],
    ['https://example.com/x.png', 'nullable|url'],
    [' padded ', 'string|size:6'],
    ['12345678901234567890', 'string|max:20'],
    ['😀😀', 'string|max:2'],
  ])('"%s" passes %s', (value, rules) => {
    expect(checkEggRules(value, rules)).toEqual([]);
  });
});

describe('a value that an egg refuses is told in words', () => {
  it.each([
    ['forge', 'in:vanilla,oxide,carbon', 'must be one of vanilla, oxide, carbon'],
    ['Vanilla', 'in:vanilla', 'must be one of vanilla'],
    ['root', 'not_in:root,admin', 'must not be one of root, admin'],
    ['many', 'required|integer', 'must be a whole number'],
    ['1.5', 'integer', 'must be a whole number'],
    ['01', 'integer', 'must be a whole number'],
    ['0x10', 'numeric', 'must be a number'],
    ['true', 'boolean', 'must be 0 or 1'],
    ['0', 'integer|min:1', 'must be at least 1'],
    ['101', 'integer|between:1,100', 'must be between 1 and 100'],
    ['21', 'numeric|max:20', 'must be at most 20'],
    ['7', 'numeric|size:8', 'must be exactly 8'],
    ['x'.repeat(21), 'string|max:20', 'must have at most 20 characters'],
    ['abcd', 'alpha_dash|between:5,20', 'must have between 5 and 20 characters'],
    ['ab', 'min:3', 'must have at least 3 characters'],
    ['12', 'digits:3', 'must have exactly 3 digits'],
    ['1.2', 'numeric|digits_between:1,3', 'must have between 1 and 3 digits'],
    ['a-b', 'alpha', 'must have letters only'],
    ['a b', 'alpha_num', 'must have letters and digits only'],
    ['a b', 'alpha_dash', 'must have letters, digits, dashes and underscores only'],
    ['é', 'alpha:ascii', 'must have letters only'],
    ['example.com', 'url', 'must be a URL'],
    ['server.zip', 'regex:/^[\\w.-]+\\.jar$/', 'must match /^[\\w.-]+\\.jar$/'],
    ['c', 'regex:/^(a|b)$/|string', 'must match /^(a|b)$/'],
    ['A', 'regex:/^a$/', 'must match /^a$/'],
    ['rm', 'not_regex:/^rm/', 'must not match /^rm/'],
  ])('"%s" under %s %s', (value, rules, problem) => {
    expect(checkEggRules(value, rules)).toEqual([problem]);
  });

  it('all of it at once, and each thing once', () => {
    expect(checkEggRules('a b c', 'alpha_num|max:3|max:3|in:x')).toEqual([
      'must have letters and digits only',
      'must have at most 3 characters',
      'must be one of x',
    ]);
  });

  it('a rule after a pattern with a bar in it still counts', () => {
    expect(checkEggRules('aaaa', 'regex:/^(a|b)+$/|max:3')).toEqual(['must have at most 3 characters']);
  });

  it('a text where a number should be is not measured as a text', () => {
    expect(checkEggRules('many', 'integer|min:5|between:1,2')).toEqual(['must be a whole number']);
  });

  it('never with the value, and never at length', () => {
    const secret = 'hunter2-hunter2';
    const rules = `in:${'x'.repeat(5000)}|max:3|regex:/^${'y'.repeat(5000)}$/|url|digits:1`;
    const problems = checkEggRules(secret, rules);
    expect(problems).toHaveLength(5);
    expect(problems.join()).not.toContain('hunter2');
    for (const problem of problems) expect(problem.length).toBeLessThanOrEqual(120);
  });
});

describe('a blank value', () => {
  it.each(['', '   '])('"%s" fails when it is required, and says no more than that', (value) => {
    expect(checkEggRules(value, 'required|integer|min:3|in:a')).toEqual(['is required']);
    expect(checkEggRules(value, 'string | required')).toEqual(['is required']);
  });

  it.each(['nullable|integer|min:3', 'sometimes|string|in:a', 'string|regex:/^x$/', ''])(
    'passes "%s", whatever else is asked',
    (rules) => expect(checkEggRules('', rules)).toEqual([]),
  );
});

describe('what nobody here can judge passes', () => {
  it.each([
    ['a rule that is not known', 'required_if:A,1|password:5|ip|exists:users,id'],
    ['a number that is none', 'max:lots|between:1|digits:|size:,'],
    ['a pattern with an option of PHP alone', 'regex:/^z$/x'],
    ['a pattern that JavaScript cannot compile', 'regex:/^(?>z)$/'],
    ['a pattern that is not closed', 'regex:/^z'],
    ['a POSIX class', 'regex:/^[[:digit:]]+$/'],
    ['an escape of PHP alone', 'regex:/\\Az\\z/'],
    ['a class that begins with a bracket', 'regex:/^[]z]+$/'],
  ])('%s', (_name, rules) => {
    expect(checkEggRules('abc', rules)).toEqual([]);
  });

  it('a text beyond ASCII under a pattern, which PHP takes apart into bytes', () => {
    expect(checkEggRules('é', 'regex:/^..$/')).toEqual([]);
  });

  it('a long run of backslashes is read in no time', () => {
    const started = performance.now();
    checkEggRules('x', `regex:/${'\\'.repeat(39)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

const values = [
  '',
  'x',
  'latest',
  '0',
  '1',
  '40',
  '3000',
  '9'.repeat(30),
  'server.jar',
  'a b',
  'vanilla',
  '-1',
  '1.5',
];
const variables = seedEggs().eggs.flatMap((egg) => egg.variables);

it.each(variables.map(({ envVariable, rules }) => [envVariable, rules]))(
  'says of %s (%s) what the panel would say',
  (_name, rules) => {
    for (const value of values) {
      const refused = validate({ value: value === '' ? null : value }, { value: rules.split('|') });
      expect([value, checkEggRules(value, rules).length > 0]).toEqual([value, refused.length > 0]);
    }
  },
);
