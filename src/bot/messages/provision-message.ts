import { ButtonStyle } from 'discord.js';
import { isCompletable, mayBeOthers } from '../../orders/completion.ts';
import type { Provisioning } from '../../orders/provision-preview.ts';
import type { Purchase } from '../../orders/purchase.ts';
import type { Place } from '../../runbook/place-preview.ts';
import type { ProvisionPreview } from '../../runbook/provision-preview.ts';
import type { Action } from '../../store/store.ts';
import { actionMessage } from './action-words.ts';
import { cancelButton, whichOrder } from './confirm-message.ts';
import { type ButtonAction, customId } from './custom-id.ts';
import { inert, maskEmail, maskEmails } from './inert.ts';
import { buttons, type MessageBody, message, pressButton, text, whisper } from './parts.ts';
import { completeButton, rejectedButtons } from './rejected-buttons.ts';
import { price } from './words.ts';

/** What `/provision` would do, with the button that does it; a dead end explains itself and has none. */
export function provisionMessage(preview: ProvisionPreview): MessageBody {
  switch (preview.kind) {
    case 'unknown':
      return actionMessage(outcome('unknown'));
    case 'unknown_node':
      return actionMessage(outcome('unknown_node', preview.name));
    case 'unfit_session':
      return ofUnfit(preview);
    case 'session':
      return ofSession(preview);
    case 'legacy':
      return ofLegacy(preview);
    case 'purchase':
      return ofPurchase(preview);
  }
}

const outcome = (name: string, detail: string | null = null, more: Partial<Action> = {}): Action => ({
  status: 'ok',
  outcome: name,
  detail,
  hint: null,
  ...more,
});

function ofPurchase({
  purchase: p,
  does,
  node,
  place,
}: Extract<ProvisionPreview, { kind: 'purchase' }>): MessageBody {
  if (does.kind === 'nothing') return actionMessage(outcome(does.outcome, does.detail, whoAndWhen(p, does)));
  if (does.kind === 'gone') {
    return ask(whichOrder(p), WHAT.gone, [
      button('Look for it again', 'retry', p.id, 'again', ButtonStyle.Primary),
      button('Make a new one …', 'again', p.id, 'ask', ButtonStyle.Danger),
    ]);
  }
  const label = `Provision${node !== null && place?.kind === 'node' ? ` on ${place.name}` : ''}`;
  const press = button(label, 'provision', p.id, String(node ?? '-'), ButtonStyle.Primary);
  // What could not become an order is decided again; or somebody says what was meant.
  const isRejected = p.order_id === null && isCompletable(p);
  const complete = isRejected ? [completeButton(p.id, 'provision', ButtonStyle.Secondary)] : [];
  return ask(whichOrder(p), [WHAT[does.kind], ...whither(place)].join('\n'), [press, ...complete]);
}

/** What the session says makes no order; a person may still complete what we have of it. */
function ofUnfit({
  session,
  reason,
  completable: p,
  isPaid,
}: Extract<ProvisionPreview, { kind: 'unfit_session' }>): MessageBody {
  const why = inert(maskEmails(reason), 300);
  if (p === null && !isPaid)
    return whisper('grey', `Nothing to provision for session ${inert(session, 70)}: ${why}.`);
  if (p === null) {
    const which = `💶 Paid at Stripe, and Orderly never heard of it: ${inert(session, 70)}`;
    const what = `${why}\n➡️ It can be brought in: it gets a message and an alert, with **Complete** to say what was bought.`;
    return ask(which, what, [button('Bring it in', 'backfill', session, 'go', ButtonStyle.Primary)]);
  }
  const others = mayBeOthers(p) ? ' Or say that it is not ours.' : '';
  return message(
    'amber',
    [
      text(`### No order yet\n${whichOrder(p)}`),
      text(`${why}\n➡️ **It can be completed**: say what was bought, and its server is made.${others}`),
      ...buttons([...rejectedButtons(p, 'provision'), cancelButton()]),
    ],
    { ephemeral: true },
  );
}

const WHAT: Record<Exclude<Provisioning['kind'], 'nothing'>, string> = {
  creates: '➡️ A server is made, or taken over when the panel has one for this order.',
  finds_out:
    '➡️ A create was sent and its answer is lost: first it is found out whether a server came of it. A second one is never made.',
  reads_install:
    '➡️ The server is there and its install failed or hangs: its status is read again. Nothing is made.',
  decides_again:
    '➡️ The catalogue is looked at again: with what it lacked, the order is made and provisioned. Or complete it, if the checkout named the wrong one.',
  reread: '➡️ It came without a session that could be asked for again: the same decision is made once more.',
  gone: '➡️ Its server is gone from the panel. It can be looked for again, or a new empty one made.',
};

function ofLegacy({
  order,
  refused,
  node,
  place,
}: Extract<ProvisionPreview, { kind: 'legacy' }>): MessageBody {
  if (refused !== null) {
    const detail = { has_server: order.pterodactyl_server_id, not_paid: order.status }[refused];
    return actionMessage(outcome(refused, detail ?? order.item_type));
  }
  const which = `⚪ An order from before Orderly: ${inert(order.server_name ?? order.plan_id ?? '–', 60)}\norder ${inert(order.id ?? '–', 60)}`;
  const label = `Provision${node !== null && place?.kind === 'node' ? ` on ${place.name}` : ''}`;
  return ask(
    which,
    ['➡️ Orderly takes it over, with a message of its own, and makes its server.', ...whither(place)].join(
      '\n',
    ),
    [button(label, 'provision', order.id ?? '-', String(node ?? '-'), ButtonStyle.Primary)],
  );
}

function ofSession({
  facts: f,
  place,
  purchase,
}: Extract<ProvisionPreview, { kind: 'session' }>): MessageBody {
  const parts = [f.plan_id, f.region, f.term].filter((part) => part !== null).map((part) => inert(part, 40));
  const who = f.email === null ? 'unknown buyer' : inert(maskEmail(f.email), 60);
  const which = `💶 Paid at Stripe, ${purchase === null ? 'and Orderly never heard of it' : 'and it could not become an order'}: ${inert(f.server_name ?? f.plan_id ?? '–', 60)}\n${parts.join(' · ')} · ${who}${price(f) === null ? '' : ` · ${price(f)}`}`;
  const words =
    purchase === null
      ? '➡️ It becomes an order as if its event had come, with its message, and its server is made.'
      : '➡️ What Stripe says now has all that it lacked: the order is made, and its server.';
  return ask(which, [words, ...whither(place)].join('\n'), [
    button('Provision', 'backfill', f.session_id, 'go', ButtonStyle.Primary),
  ]);
}

function ask(which: string, what: string, press: ReturnType<typeof button>[]): MessageBody {
  return message(
    'blue',
    [text(`### Provision?\n${which}`), text(what), ...buttons([...press, cancelButton()])],
    { ephemeral: true },
  );
}

const button = (
  label: string,
  action: ButtonAction,
  subject: string,
  rest: string,
  style: ButtonStyle.Primary | ButtonStyle.Danger,
) => pressButton(label, customId(action, subject, rest), style);

function whither(place: Place | null): string[] {
  if (place === null) return [];
  if (place.kind !== 'node') {
    const reason = inert(place.reason, 400);
    return [
      place.kind === 'unknown'
        ? `❔ Where is not known now: ${reason}`
        : `🔴 As it is now it would fail: ${reason}`,
    ];
  }
  const gb = (mib: number) => (Number.isFinite(mib) ? `${(mib / 1024).toFixed(1)} GB` : 'any');
  return [
    `📍 On ${inert(place.name, 40)}: ${gb(place.memory)} memory, ${gb(place.disk)} disk, ${place.ports} ports free before it`,
  ];
}

/** Who was faster, or who holds it back: a dead end says so. */
function whoAndWhen(p: Purchase, { outcome: name }: { outcome: string }): Partial<Action> {
  if (name === 'paused' && p.pause)
    return { by: p.pause.started_by, at: new Date(p.pause.until).toISOString() };
  return { by: p.retried_by, at: p.retried_at === null ? null : new Date(p.retried_at).toISOString() };
}
