/** Equal as the panel's database compares texts: case and trailing spaces do not count. */
export function isSameText(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && collated(one) === collated(other);
}

/** A filter of a list: the value anywhere in the text, whatever the case. */
export function containsText(text: string | null, part: string): boolean {
  return text?.toLowerCase().includes(part.toLowerCase()) ?? false;
}

function collated(text: string): string {
  return text.replace(/ +$/, '').toLowerCase();
}
