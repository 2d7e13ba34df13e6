/** Escapes that mean the same to PHP and to JavaScript; any other letter may not. */
const SHARED_ESCAPES = 'dDwWsSbBnrtf';

/**
 * Whether a text matches a pattern as PHP writes it, e.g. `/^[a-z]+$/i`. Null when JavaScript can't tell: it doesn't
 * know the pattern, would read it in another way, or the text has characters beyond ASCII, which PHP takes apart into bytes.
 */
export function matchesPhpPattern(pattern: string, text: string): boolean | null {
  const parts = /^([^\w\s\\])(.*)\1([a-zA-Z]*)$/s.exec(pattern);
  if (!parts) return null;
  const [, , source = '', flags = ''] = parts;
  if (/[^imsuDSU]/.test(flags) || /\P{ASCII}/u.test(text) || readsDifferently(source)) return null;
  try {
    return new RegExp(source, [...new Set(flags.replaceAll(/[^ims]/g, ''))].join('')).test(text);
  } catch {
    return null;
  }
}

function readsDifferently(source: string): boolean {
  const escapes = [...source.matchAll(/\\(.)/gs)].map((match) => match[1] ?? '');
  const isForeign = escapes.some((letter) => /[a-z]/i.test(letter) && !SHARED_ESCAPES.includes(letter));
  // `[[:alpha:]]` is a class of its own there; `[]…]` holds a bracket there and nothing here.
  return isForeign || /\[\[?[:.=]|\[\^?\]/.test(source);
}
