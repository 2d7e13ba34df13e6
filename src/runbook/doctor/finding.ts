/** The services that are looked at, in the order in which they are told. */
export const PARTS = [
  'settings',
  'stripe',
  'database',
  'redis',
  'panel',
  'discord',
  'public url',
  'clock',
] as const;
export type Part = (typeof PARTS)[number];

/** `unknown`: it could not be found out, so nobody may rely on it. */
export type Mark = 'ok' | 'warn' | 'bad' | 'unknown';

/** One thing that was looked at. `evidence`: what was seen, without secrets; `fix`: what to do about it. */
export type Finding = { part: Part; check: string; mark: Mark; evidence: string; fix?: string };

/** Makes the findings of one part. */
export function findingsOf(part: Part) {
  return {
    ok: (check: string, evidence: string): Finding => ({ part, check, mark: 'ok', evidence: safe(evidence) }),
    warn: (check: string, evidence: string, fix: string): Finding => ({
      ...{ part, check, mark: 'warn', evidence: safe(evidence), fix },
    }),
    bad: (check: string, evidence: string, fix: string): Finding => ({
      ...{ part, check, mark: 'bad', evidence: safe(evidence), fix },
    }),
    unknown: (check: string, evidence: string, fix?: string): Finding => ({
      ...{ part, check, mark: 'unknown', evidence: safe(evidence) },
      ...(fix === undefined ? {} : { fix }),
    }),
  };
}
export type FindingsOf = ReturnType<typeof findingsOf>;

/** 0 when nothing is bad or unknown: a warning stops nothing. */
export function exitCodeOf(findings: Finding[]): 0 | 1 {
  return findings.some(({ mark }) => mark === 'bad' || mark === 'unknown') ? 1 : 0;
}

/** Takes secrets out of what a service said, should one quote what it was sent. Pure. */
export function redact(findings: Finding[], secrets: string[]): Finding[] {
  const hidden = secrets.filter((secret) => secret.length >= 8);
  const clean = (words: string) => hidden.reduce((said, secret) => said.replaceAll(secret, '…'), words);
  return findings.map((finding) => ({
    ...finding,
    evidence: clean(finding.evidence),
    ...(finding.fix === undefined ? {} : { fix: clean(finding.fix) }),
  }));
}

/** Foreign words on one line, short enough for a table, without control characters and e-mail addresses. */
function safe(words: string): string {
  return words
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+\.[a-z]+/gi, '…')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, 400);
}
