// What a select menu lists: its own options, or people, roles and channels of the guild.
import { colourOf } from './dom.js';

/** The entries of a menu: what each is called, what it stands for, and how it looks. */
export function entriesOf(component, state) {
  switch (component.type) {
    case 3:
      return component.options.map(({ value, label, description, emoji }) => ({
        value,
        label,
        description,
        mark: emoji?.name ?? '',
      }));
    case 5:
      return people(state);
    case 6:
      return roles(state);
    case 7:
      return [...people(state), ...roles(state)];
    case 8:
      return channels(state, component.channel_types);
    default:
      return [];
  }
}

/** What is chosen before anybody chose. */
export function preselected({ options, default_values: defaults }) {
  if (options) return options.filter((one) => one.default).map(({ value }) => value);
  return (defaults ?? []).map(({ id }) => id);
}

const people = ({ people: all }) =>
  all.map(({ id, displayName }) => ({ value: id, label: displayName, mark: '@', description: 'member' }));

const roles = ({ roles: all }) =>
  all.map(({ id, name, color }) => ({
    value: id,
    label: name,
    mark: '●',
    colour: colourOf(color),
    description: 'role',
  }));

const channels = ({ channels: all }, types) =>
  all
    .filter(({ type, archived }) => !archived && (types?.includes(type) ?? true))
    .map(({ id, name, type }) => ({ value: id, label: name, mark: type === 0 ? '#' : '🧵' }));
