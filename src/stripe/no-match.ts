import { z } from 'zod';

/** Why no signature of ours fits a delivery. The body is not to be trusted; this only says where to look first. */
export type NoMatch = 'body_changed' | 'secret_of_other_mode' | 'secret_wrong';

const event = z.object({ object: z.literal('event'), livemode: z.boolean() });

/**
 * Stripe renders its bodies with an indentation of two spaces. One that is not so was read and written again, or altered, on the way;
 * one that is so is as Stripe sent it, and signed with another secret. Pure.
 *
 * @source observed in deliveries of Stripe's; a proxy that parses JSON writes it in one line.
 */
export function whyNoMatch(rawBody: Buffer, livemode: boolean): NoMatch {
  const body = rawBody.toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 'body_changed';
  }
  if (body.trim() !== body) return 'body_changed';
  // Numbers and escapes may be written in more than one way: the lines and their indentation are what counts.
  const shape = (text: string) =>
    text
      .split('\n')
      .map((row) => /^ */.exec(row)?.[0].length)
      .join(',');
  if (shape(JSON.stringify(parsed, null, 2)) !== shape(body)) return 'body_changed';
  const read = event.safeParse(parsed);
  if (read.success && read.data.livemode !== livemode) return 'secret_of_other_mode';
  return 'secret_wrong';
}
