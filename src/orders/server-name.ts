/** The panel refuses a longer name (its own limit is 191 characters); a phone shows far fewer. */
const MAX_LENGTH = 60;

/**
 * What a buyer typed as a name, safe for the panel, the database and a log line: control, bidirectional and invisible
 * characters removed, white space folded, cut between characters. Null when nothing is left.
 */
export function cleanServerName(typed: string): string | null {
  const visible = typed
    .normalize('NFC')
    // Cc: control (NUL can't be stored), Cf: direction and zero width (but the joiner that emoji are made of), Co, Cs, Zl, Zp.
    .replaceAll(/(?!\u200d)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const cut = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(visible)]
    .slice(0, MAX_LENGTH)
    .map((part) => part.segment)
    .join('')
    .slice(0, 3 * MAX_LENGTH)
    .toWellFormed()
    .trim();
  // Joiners and accents alone show nothing.
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(cut) ? cut : null;
}
