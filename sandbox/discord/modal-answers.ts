/** What a person filled into a modal, as the interaction carries it. */
import { Component, type RawComponent } from './component-schema.ts';
import { walk } from './components.ts';
import type { Guild } from './guild.ts';
import { checkChosen, preselected } from './select-rules.ts';

export type FieldAnswers = Record<string, string | string[]>;

/** A component of a modal with its answer. @throws Error for what Discord would not let the person send. */
export function filled(guild: Guild, component: RawComponent, fields: FieldAnswers): Record<string, unknown> {
  const { type, id, components, component: labelled, custom_id: customId } = component;
  if (components) return { type, id, components: components.map((child) => filled(guild, child, fields)) };
  if (labelled) return { type, id, component: filled(guild, labelled, fields) };
  if (customId === undefined) return { type, id };
  if (type !== Component.TextInput) {
    const values = chosen(component, fields);
    const isLeftOut = values.length === 0 && component.required === false;
    if (values.length === 0 && !isLeftOut) throw new Error(`the field ${customId} must be filled in`);
    if (!isLeftOut) checkChosen(guild, component, values);
    return { type, id, custom_id: customId, values };
  }
  return { type, id, custom_id: customId, value: checkedText(component, customId, fields) };
}

/** The ids that were chosen in menus of people, roles and channels, which the interaction resolves. */
export function chosenIds(components: readonly RawComponent[], fields: FieldAnswers): string[] {
  return walk(components)
    .filter(
      ({ type, options }) => type >= Component.UserSelect && type <= Component.ChannelSelect && !options,
    )
    .flatMap((component) => chosen(component, fields));
}

function chosen(component: RawComponent, fields: FieldAnswers): string[] {
  const answer = fields[component.custom_id ?? ''] ?? preselected(component);
  return [answer].flat().filter((value) => value !== '');
}

function checkedText(component: RawComponent, customId: string, fields: FieldAnswers): string {
  const value = [fields[customId] ?? component.value ?? ''].flat().join('');
  if (value === '' && component.required === false) return value;
  if (value === '') throw new Error(`the field ${customId} must be filled in`);
  if (value.length < (component.min_length ?? 0) || value.length > (component.max_length ?? 4000)) {
    throw new Error(`the field ${customId} is too short or too long`);
  }
  return value;
}
