import { expect } from 'vitest';
import type { RawComponent } from '../../sandbox/discord/component-schema.ts';
import { checkMessageComponents, textsOf, walk } from '../../sandbox/discord/components.ts';
import { COLOURS, type MessageBody } from '../../src/bot/messages/parts.ts';

const STYLES: Record<number, string> = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

/** A message as a person reads it, one line a line, with what each button does. */
export function rendered({ components, allowed_mentions: mentions }: MessageBody): string {
  const all = components as unknown as RawComponent[];
  const pings = mentions.roles?.length
    ? [`(pings ${mentions.roles.map((role) => `role ${role}`).join(', ')})`]
    : [];
  return [...pings, ...all.map(drawn)].join('\n');
}

/** What Discord would refuse, and what a button's id has to be for a press to work. */
export function expectSendable(body: MessageBody): void {
  const all = body.components as unknown as RawComponent[];
  const every = walk(all);
  expect(checkMessageComponents(all, true)).toEqual([]);
  expect(every.length).toBeLessThanOrEqual(40);
  expect(textsOf(all).join('').length).toBeLessThanOrEqual(4_000);
  for (const { custom_id: id, label, options = [], url } of every) {
    expect(id?.length ?? 1).toBeLessThanOrEqual(100);
    expect(label?.length ?? 0).toBeLessThanOrEqual(80);
    expect(url?.length ?? 0).toBeLessThanOrEqual(512);
    expect(options.length).toBeLessThanOrEqual(25);
    for (const option of options) expect(option.label.length).toBeLessThanOrEqual(100);
  }
}

function drawn(component: RawComponent): string {
  const children = () => (component.components ?? []).map(drawn);
  switch (component.type) {
    case 17: {
      const [colour] = Object.entries(COLOURS).find(([, value]) => value === component.accent_color) ?? [
        'no colour',
      ];
      return [
        `┌ ${colour}`,
        ...children()
          .join('\n')
          .split('\n')
          .map((row) => `│ ${row}`),
      ].join('\n');
    }
    case 1:
      return children().join(' ');
    case 2:
      return `[${component.label}: ${STYLES[component.style ?? 0]} ${component.custom_id ?? component.url}]`;
    case 3:
      return [
        `[${component.placeholder} ▾ ${component.custom_id}]`,
        ...(component.options ?? []).map(({ label }) => `  · ${label}`),
      ].join('\n');
    case 5:
    case 6:
    case 8:
      return `[${component.placeholder} ▾ ${component.custom_id}: ${chosen(component)}]`;
    case 14:
      return '────';
    default:
      return component.content ?? `(type ${component.type})`;
  }
}

/** What a menu of channels, roles or people begins with, and how many it takes. */
function chosen({ type, default_values: ids = [], min_values: min, max_values: max }: RawComponent): string {
  const kind = { 5: 'people', 6: 'roles', 8: 'channels' }[type];
  const begins = ids.length === 0 ? 'none' : ids.map(({ id }) => id).join(', ');
  return `${begins}, takes ${min} to ${max} ${kind}`;
}
