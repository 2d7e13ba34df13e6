import fc from 'fast-check';

/** Stands in every hostile text, so that it is found again wherever it came out. */
export const CANARY = 'ZQX';
/** A whole address, which no public message may say. */
export const EMAIL = 'whole.zqx@example.com';

const PIECES = [
  ...[
    '@everyone',
    '@here',
    '<@123456789012345678>',
    '<@&123456789012345678>',
    '<#123456789012345678>',
    '<t:1:R>',
    '<:a:1>',
    '</order:1>',
  ],
  ...[
    '`',
    '``',
    '```',
    '\\`',
    '**',
    '__',
    '~~',
    '||',
    '# ',
    '### ',
    '-# ',
    '> ',
    '[x](https://evil.example)',
    '<https://evil.example>',
  ],
  ...[
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\ud800',
    '\udc00',
    '\u2028',
    '\r\n',
    '\n\n',
    '\t',
  ],
  ...['👨‍👩‍👧‍👦', '🚀', 'é', 'e\u0301\u0301\u0301', 'ﷺ', 'İ', 'ß', '日本', '\u{10ffff}', '﹫everyone', 'ˋ'],
  ...[
    "'; drop table orders; --",
    '$1',
    '%s',
    '%',
    '_',
    '*',
    '\\',
    '"',
    '{}',
    '[]',
    'null',
    'undefined',
    'NaN',
    '-1',
    '1e999',
    '0x1F',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '../../etc/passwd',
    '%2e%2e',
    ':',
    '::',
    '-',
    '',
    ' ',
    'cs_test_a1',
    'sub_1',
  ],
];

/** What a buyer, a panel or a stranger may write: any characters, pieces that mean something to somebody, and far too much of both. */
export const nasty: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ maxLength: 20 }),
    ),
    {
      maxLength: 12,
    },
  )
  .chain((pieces) =>
    fc.constantFrom(1, 1, 1, 1, 40).map((times) => `${CANARY}${pieces.join('')}${CANARY}`.repeat(times)),
  );

/** The same without the canary at its ends: near to what is right, for parsers. */
export const odd: fc.Arbitrary<string> = fc.oneof(
  nasty,
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((pieces) => pieces.join('')),
);

export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  odd,
  fc.constantFrom(null, true, 0, -1, 1e308, [], {}),
);

type Json = unknown;

/** A document with some of its values exchanged, taken away or doubled: past the first checks more often than a made-up one. */
export function mutated(document: Json): fc.Arbitrary<Json> {
  const paths = pathsOf(document);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    value: fc.option(anyJson, { nil: undefined }),
  });
  return fc.array(change, { maxLength: 5 }).map((changes) => {
    const copy = structuredClone(document);
    for (const { path, value } of changes) set(copy, path, value);
    return copy;
  });
}

function pathsOf(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function set(document: Json, path: string[], value: Json): void {
  let place = document;
  for (const key of path.slice(0, -1)) {
    place = Object(place)[key];
    if (typeof place !== 'object' || place === null) return;
  }
  const last = path.at(-1);
  if (last === undefined || typeof place !== 'object' || place === null) return;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
}
