import { randomUUID } from 'node:crypto';
import { containsText, isSameText } from './collation.ts';
import { noContent, type PanelCall, type PanelContext, type PanelHandler } from './context.ts';
import { panelErrors } from './errors.ts';
import { createRenderer } from './includes.ts';
import { listBody } from './listing.ts';
import { nextId, type UserRow } from './rows.ts';
import { type Rule, validate } from './rules.ts';

/** Hashing a password and queueing the mail take the real panel about this long. */
const CREATE_MS = 250;

export const listUsers: PanelHandler = (panel, call) => ({
  status: 200,
  body: listBody(panel, call, panel.state.users, {
    filters: {
      email: (user, value) => containsText(user.email, value),
      uuid: (user, value) => containsText(user.uuid, value),
      username: (user, value) => containsText(user.username, value),
      external_id: (user, value) => containsText(user.externalId, value),
    },
    sorts: { uuid: (user) => user.uuid },
    render: createRenderer(panel, call).user,
  }),
});

export const getUser: PanelHandler = (panel, call) => ({
  status: 200,
  body: createRenderer(panel, call).user(userOf(panel, call)),
});

/** When several users share an external id (nothing in the database forbids it) the oldest is answered. */
export const getUserByExternalId: PanelHandler = (panel, call) => {
  const user = panel.state.users.find((row) => isSameText(row.externalId, call.params.externalId ?? ''));
  if (!user) throw panelErrors.missing();
  return { status: 200, body: createRenderer(panel, call).user(user) };
};

export const createUser: PanelHandler = async (panel, call) => {
  checkUser(panel, call.body, null);
  await whileCreating(panel, call.body, () => panel.pause(CREATE_MS));
  const user = insertUser(panel, call.body);
  const resource = createRenderer(panel, call).user(user);
  const meta = { resource: `${panel.baseUrl()}/api/application/users/${user.id}` };
  return { status: 201, body: { ...resource, meta } };
};

/** Two creations without a password lock the same table of the real panel; the later one is the victim here. */
async function whileCreating(panel: PanelContext, body: Record<string, unknown>, work: () => Promise<void>) {
  if (typeof body.password === 'string') return work();
  const isVictim = panel.faults.usersDeadlock && panel.races.passwordlessCreations > 0;
  panel.races.passwordlessCreations += 1;
  try {
    await work();
  } finally {
    panel.races.passwordlessCreations -= 1;
  }
  if (isVictim) throw panelErrors.query();
}

function insertUser(panel: PanelContext, body: Record<string, unknown>): UserRow {
  const { users } = panel.state;
  const text = (name: string) => String(body[name] ?? '');
  const username = text('username').toLowerCase();
  // The external id is not unique in the database: only these two are, whatever was validated before.
  if (users.some((row) => isSameText(row.email, text('email')) || isSameText(row.username, username))) {
    throw panelErrors.query();
  }
  const nowMs = panel.clock.now();
  const user: UserRow = {
    id: nextId(users),
    externalId: typeof body.external_id === 'string' ? body.external_id : null,
    uuid: randomUUID(),
    username,
    email: text('email'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    language: typeof body.language === 'string' ? body.language : 'en',
    rootAdmin: body.root_admin === true,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  users.push(user);
  return user;
}

/** An external id that is left out stays, unlike a server's. */
export const updateUser: PanelHandler = (panel, call) => {
  const user = userOf(panel, call);
  const { body } = call;
  checkUser(panel, body, user);
  user.email = String(body.email);
  user.username = String(body.username).toLowerCase();
  user.firstName = String(body.first_name);
  user.lastName = String(body.last_name);
  if (typeof body.external_id === 'string') user.externalId = body.external_id;
  user.updatedAtMs = panel.clock.now();
  return { status: 200, body: createRenderer(panel, call).user(user) };
};

export const deleteUser: PanelHandler = (panel, call) => {
  const user = userOf(panel, call);
  if (panel.state.servers.some((server) => server.userId === user.id)) throw panelErrors.userHasServers();
  panel.state.users.splice(panel.state.users.indexOf(user), 1);
  return noContent;
};

function checkUser(panel: PanelContext, body: Record<string, unknown>, self: UserRow | null) {
  const unique = (column: 'email' | 'username' | 'externalId'): Rule => ({
    name: 'unique',
    passes: (value) =>
      !panel.state.users.some((row) => row !== self && isSameText(row[column], String(value))),
  });
  const errors = validate(
    body,
    {
      email: ['required', 'email', 'between:1,191', unique('email')],
      external_id: ['sometimes', 'nullable', 'string', 'max:191', unique('externalId')],
      username: ['required', 'between:1,191', 'p_username', unique('username')],
      first_name: ['required', 'string', 'between:1,191'],
      last_name: ['required', 'string', 'between:1,191'],
      password: ['sometimes', 'nullable', 'string'],
      language: ['sometimes', 'string'],
      root_admin: ['sometimes', 'boolean'],
    },
    { external_id: 'Third Party Identifier' },
  );
  if (errors.length > 0) throw panelErrors.validation(errors);
}

function userOf(panel: PanelContext, call: PanelCall): UserRow {
  const user = panel.state.users.find((row) => String(row.id) === call.params.id);
  if (!user) throw panelErrors.missing();
  return user;
}
