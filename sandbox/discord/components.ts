/**
 * The rules for components that no single field shows: what may stand in what, unique custom ids, and the limits
 * of a whole message (Discord's "Component Reference").
 */
import { Component, type RawComponent } from './component-schema.ts';
import type { FormIssue, FormPath } from './form.ts';
import { checkSelect } from './select-rules.ts';

const MAX_COMPONENTS = 40;
const MAX_TEXT = 4000;
const LINK_STYLE = 5;
const PREMIUM_STYLE = 6;
const SELECTS: readonly number[] = [3, 5, 6, 7, 8];
const BLOCKS: readonly number[] = [1, 9, 10, 12, 13, 14];

type Place = { component: RawComponent; path: FormPath; allowed: readonly number[] };

/** Every component of a message, outer ones first, accessories and labelled ones included. */
export function walk(components: readonly RawComponent[]): RawComponent[] {
  return components.flatMap((component) => [
    component,
    ...walk(component.components ?? []),
    ...walk(component.accessory ? [component.accessory] : []),
    ...walk(component.component ? [component.component] : []),
  ]);
}

/** Gives each component that has none the id that Discord would. */
export function numberComponents(components: RawComponent[]): void {
  const all = walk(components);
  const used = new Set(all.map(({ id }) => id));
  let next = 1;
  for (const component of all) {
    if (component.id) continue;
    while (used.has(next)) next += 1;
    component.id = next;
    used.add(next);
  }
}

/** What is wrong with a message's components; empty when Discord would take them. */
export function checkMessageComponents(components: readonly RawComponent[], v2: boolean): FormIssue[] {
  const path: FormPath = ['components'];
  const places = placesOf(components, path, v2 ? [...BLOCKS, Component.Container] : [Component.ActionRow]);
  const issues = [...checkPlaces(places), ...checkUniqueIds(places)];
  if (!v2 && components.length > 5) issues.push(badLength(path, 1, 5));
  if (places.length > MAX_COMPONENTS) {
    const message = `The total number of components cannot exceed ${MAX_COMPONENTS}`;
    issues.push({ path, code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message });
  }
  if (textsOf(components).join('').length > MAX_TEXT) {
    const message = `The total displayable text size cannot exceed ${MAX_TEXT}`;
    issues.push({ path, code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message });
  }
  return issues;
}

/** What is wrong with a modal's components. */
export function checkModalComponents(components: readonly RawComponent[], path: FormPath): FormIssue[] {
  const places = placesOf(components, path, [Component.ActionRow, Component.TextDisplay, Component.Label], {
    row: [Component.TextInput],
  });
  const issues = [...checkPlaces(places), ...checkUniqueIds(places)];
  for (const { component, path: at } of places) issues.push(...checkInModal(component, at));
  return issues;
}

function checkInModal(component: RawComponent, at: FormPath): FormIssue[] {
  const issues: FormIssue[] = [];
  const { label = '', description = '', components = [], disabled } = component;
  if (label.length > 45) issues.push(tooLong([...at, 'label'], 45));
  if (description.length > 100) issues.push(tooLong([...at, 'description'], 100));
  const isInput = component.type === Component.TextInput;
  if (isInput && (component.placeholder?.length ?? 0) > 100) {
    issues.push(tooLong([...at, 'placeholder'], 100));
  }
  if (isInput && component.style !== 1 && component.style !== 2) {
    const message = 'Value must be one of {1, 2}.';
    issues.push({ path: [...at, 'style'], code: 'BASE_TYPE_CHOICES', message });
  }
  if (disabled) {
    const message = 'Components in a modal cannot be disabled';
    issues.push({ path: [...at, 'disabled'], code: 'BASE_TYPE_INVALID', message });
  }
  // A text input in a row names itself; one in a label is named by that.
  for (const [index, child] of components.entries()) {
    if (child.type === Component.TextInput) {
      issues.push(...missing(child, [...at, 'components', index], ['label']));
    }
  }
  return issues;
}

/** The texts of a message's text displays, in order. */
export function textsOf(components: readonly RawComponent[]): string[] {
  return walk(components)
    .filter(({ type }) => type === Component.TextDisplay)
    .map(({ content }) => content ?? '');
}

function placesOf(
  components: readonly RawComponent[],
  path: FormPath,
  allowed: readonly number[],
  { row = [Component.Button, ...SELECTS] }: { row?: readonly number[] } = {},
): Place[] {
  const children: Record<number, readonly number[]> = {
    [Component.ActionRow]: row,
    [Component.Section]: [Component.TextDisplay],
    [Component.Container]: BLOCKS,
  };
  return components.flatMap((component, index) => {
    const at: FormPath = [...path, index];
    const places: Place[] = [{ component, path: at, allowed }];
    places.push(
      ...placesOf(component.components ?? [], [...at, 'components'], children[component.type] ?? [], { row }),
    );
    const { accessory, component: labelled } = component;
    if (accessory) places.push({ component: accessory, path: [...at, 'accessory'], allowed: [2, 11] });
    if (labelled) places.push({ component: labelled, path: [...at, 'component'], allowed: [4, ...SELECTS] });
    return places;
  });
}

function checkPlaces(places: readonly Place[]): FormIssue[] {
  return places.flatMap(({ component, path, allowed }) => {
    if (!allowed.includes(component.type)) {
      const message = `Value of field "type" must be one of (${allowed.join(', ')}).`;
      return [{ path, code: 'UNION_TYPE_CHOICES', message }];
    }
    return checkOne(component, path);
  });
}

function checkOne(component: RawComponent, path: FormPath): FormIssue[] {
  const { type, components = [] } = component;
  if (type === Component.Button) return checkButton(component, path);
  if (type === Component.ActionRow) return checkRow(components, path);
  if (type === Component.TextDisplay) return missing(component, path, ['content']);
  if (type === Component.Thumbnail) return missing(component, path, ['media']);
  if (type === Component.MediaGallery) return missing(component, path, ['items']);
  if (type === Component.File) return missing(component, path, ['file']);
  if (type === Component.TextInput) return missing(component, path, ['custom_id', 'style']);
  if (type === Component.Label) return missing(component, path, ['label', 'component']);
  if (SELECTS.includes(type)) {
    const fields: (keyof RawComponent)[] = type === Component.StringSelect ? ['options'] : [];
    return [...missing(component, path, ['custom_id', ...fields]), ...checkSelect(component, path)];
  }
  if (type === Component.Section) {
    const texts =
      components.length < 1 || components.length > 3 ? [badLength([...path, 'components'], 1, 3)] : [];
    return [...missing(component, path, ['accessory']), ...texts];
  }
  if (type === Component.Container && components.length === 0) return [required([...path, 'components'])];
  return [];
}

function checkRow(components: readonly RawComponent[], path: FormPath): FormIssue[] {
  const at: FormPath = [...path, 'components'];
  const selects = components.filter(({ type }) => type !== Component.Button).length;
  if (components.length < 1 || components.length > 5) return [badLength(at, 1, 5)];
  if (selects > 0 && components.length > 1) {
    const message = 'Components in an action row exceed its width';
    return [{ path: at, code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message }];
  }
  return [];
}

function checkButton(button: RawComponent, path: FormPath): FormIssue[] {
  const issues = missing(button, path, ['style']);
  const { style = 0 } = button;
  if (style < 1 || style > PREMIUM_STYLE) {
    const message = 'Value must be one of (1, 2, 3, 4, 5, 6).';
    issues.push({ path: [...path, 'style'], code: 'BASE_TYPE_CHOICES', message });
  }
  if (style === PREMIUM_STYLE) return [...issues, ...missing(button, path, ['sku_id'])];
  if (!button.label && !button.emoji) {
    const message = 'A button must have a label or an emoji';
    issues.push({ path: [...path, 'label'], code: 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', message });
  }
  if (style !== LINK_STYLE) {
    if (button.url) issues.push(conflict([...path, 'url'], 'A custom id and url cannot both be specified'));
    return [...issues, ...missing(button, path, ['custom_id'])];
  }
  if (button.custom_id)
    issues.push(conflict([...path, 'custom_id'], 'A custom id and url cannot both be specified'));
  if (button.url && !/^(https?|discord):\/\/./.test(button.url)) {
    const message = `Scheme "${button.url.split(':')[0]}" is not supported. Scheme must be one of ('http', 'https', 'discord').`;
    issues.push({ path: [...path, 'url'], code: 'URL_TYPE_INVALID_SCHEME', message });
  }
  return [...issues, ...missing(button, path, ['url'])];
}

function checkUniqueIds(places: readonly Place[]): FormIssue[] {
  const seen = new Set<string>();
  return places.flatMap(({ component: { custom_id: id }, path }) => {
    if (id === undefined) return [];
    const message = 'Component custom id cannot be duplicated';
    if (seen.has(id))
      return [{ path: [...path, 'custom_id'], code: 'COMPONENT_CUSTOM_ID_DUPLICATED', message }];
    seen.add(id);
    return [];
  });
}

function missing(component: RawComponent, path: FormPath, fields: (keyof RawComponent)[]): FormIssue[] {
  return fields.filter((field) => component[field] === undefined).map((field) => required([...path, field]));
}

const required = (path: FormPath): FormIssue => ({
  path,
  code: 'BASE_TYPE_REQUIRED',
  message: 'This field is required',
});

const conflict = (path: FormPath, message: string): FormIssue => ({
  path,
  code: 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
  message,
});

const tooLong = (path: FormPath, max: number): FormIssue => ({
  path,
  code: 'BASE_TYPE_MAX_LENGTH',
  message: `Must be ${max} or fewer in length.`,
});

const badLength = (path: FormPath, min: number, max: number): FormIssue => ({
  path,
  code: 'BASE_TYPE_BAD_LENGTH',
  message: `Must be between ${min} and ${max} in length.`,
});
