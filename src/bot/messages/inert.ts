/**
 * Foreign text (a buyer's, a panel's, a site's) as inline code: it can't ping, format, link or break the message. Control,
 * bidirectional and invisible characters go; backticks become a look-alike, because nothing escapes them inside code.
 */
export function inert(foreign: string, most = 80): string {
  const cut = shortened(clean(foreign).replaceAll('`', 'ˋ'), most);
  return cut === '' ? '`–`' : `\`${cut}\``;
}

/** Foreign text where Discord formats nothing anyway: the label of an option. At most `most` UTF-16 units, as Discord counts. */
export function plain(foreign: string, most: number): string {
  return clean(foreign).slice(0, most).toWellFormed() || '–';
}

function clean(foreign: string): string {
  return foreign
    .replaceAll(/(?!\u200d)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function shortened(text: string, most: number): string {
  const shown = [...text];
  return shown.length > most ? `${shown.slice(0, most - 1).join('')}…` : text;
}

/** An e-mail that staff can tell apart and nobody can copy: `bu…@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 1) return '…';
  return `${email.slice(0, Math.min(2, at))}…${email.slice(at)}`;
}

/** Removes whole e-mail addresses from a text of somebody else's, so that none reaches a public message. */
export function maskEmails(foreign: string): string {
  return foreign.replaceAll(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, maskEmail);
}
