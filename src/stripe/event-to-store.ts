import { z } from 'zod';
import type { EventToStore } from '../orders/effect.ts';
import { effectOfEvent } from './effect.ts';
import type { StripeEvent } from './schemas.ts';

const subject = z.object({
  id: z.string(),
  subscription: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
});

/** An event with what it does, as the database takes it. `raw` is the exact text; `livemode` is the deployment's. */
export function toStore(event: StripeEvent, raw: string, livemode: boolean): EventToStore {
  const effect = effectOfEvent(event, livemode);
  const object = subject.safeParse(event.data.object).data;
  const isSession = event.type.startsWith('checkout.session.');
  const named = 'subscription_id' in effect ? effect.subscription_id : undefined;
  const held = object?.subscription;
  return storable({
    id: event.id,
    type: event.type,
    livemode: event.livemode,
    api_version: event.api_version,
    made_at: new Date(event.created * 1000).toISOString(),
    raw,
    session_id: isSession ? (object?.id ?? null) : null,
    subscription_id: named ?? (typeof held === 'object' ? (held?.id ?? null) : (held ?? null)),
    effect,
  });
}

/** Without what Postgres can't take in a text, NUL and halves of characters: an event with one would be refused for ever. */
function storable<T>(value: T): T {
  const text = JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'string' ? one.toWellFormed().replaceAll('\0', '\ufffd') : one,
  );
  return JSON.parse(text);
}
