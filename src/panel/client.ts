import { z } from 'zod';
import { createEggFinder } from './eggs.ts';
import { createSender, type PanelHttpDeps, reserve, type SendToPanel } from './http.ts';
import { exactly, missingAsNull } from './missing.ts';
import { listAll } from './pages.ts';
import { nodeSchema, pageOf, userSchema } from './schemas.ts';
import { serverSchema } from './server-schema.ts';
import type {
  NewPanelServer,
  NewPanelUser,
  PanelEgg,
  PanelFault,
  PanelNode,
  PanelPage,
  PanelResult,
  PanelServer,
  PanelUser,
} from './types.ts';

export type { RequestBudget } from './http.ts';
export type * from './types.ts';

/** The panel may take 30 s to say that a node hangs; only after that is no answer an answer. */
const DEFAULT_TIMEOUT_MS = 40_000;
/** So that a server's address and node name come with it. */
const WITH_ADDRESS = 'include=allocations,node';

export type PanelClientDeps = Omit<PanelHttpDeps, 'timeoutMs'> & { timeoutMs?: number };

/** The Pterodactyl application API: one method per request, each of which may be repeated by the caller, none here. */
export type PanelClient = {
  /** Null only when the panel says that there is no such user, or has one whose external id differs. */
  findUserByExternalId(externalId: string): Promise<PanelResult<PanelUser | null>>;
  /** The user with exactly this address, whatever the case: the panel's filter matches parts of addresses. */
  findUserByEmail(email: string): Promise<PanelResult<PanelUser | null>>;
  /** Without a password, so that the panel mails its own set-password link. Two at once may deadlock the panel. */
  createUser(user: NewPanelUser): Promise<PanelResult<PanelUser>>;
  /** Sets the external id of a user, resending what the panel insists on. */
  linkUser(user: PanelUser, externalId: string): Promise<PanelResult<PanelUser>>;
  /** The whole capacity at one moment: every node, private and in maintenance too, with every port. */
  listNodes(): Promise<PanelResult<PanelNode[]>>;
  /** Kept for ten minutes of the clock, unless it has to be fresher than `freshSinceMs` (milliseconds since the epoch). */
  findEgg(eggId: number, freshSinceMs?: number): Promise<PanelResult<PanelEgg | null>>;
  /** May be a ghost: the panel shows a server while its node hangs, and deletes it when the create fails. */
  findServerByExternalId(externalId: string): Promise<PanelResult<PanelServer | null>>;
  getServer(id: number): Promise<PanelResult<PanelServer | null>>;
  /** Takes the place of the next create in our share of the panel's limit. Null, or why it may not go out now. */
  reserveCreate(): Promise<PanelFault | null>;
  /** Never held back: `reserveCreate` comes before. After `timeout`, `cut` or any 5xx the outcome is unknown: the server may exist, or vanish within 30 s. */
  createServer(server: NewPanelServer): Promise<PanelResult<PanelServer>>;
  /** Runs the install script again; the status is `installing` afterwards. */
  reinstallServer(id: number): Promise<PanelResult<null>>;
  /** 100 servers a page, newest first: one request tells of many. Without addresses. */
  listNewestServers(page: number): Promise<PanelResult<PanelPage<PanelServer>>>;
  /** Gives a server another external id and leaves the rest of it as it is. */
  setExternalId(server: PanelServer, externalId: string): Promise<PanelResult<PanelServer>>;
};

/** The page of a server in the panel's admin area. `id` is the numeric id. */
export function panelUrl(base: string, id: number): string {
  return `${base.replace(/\/+$/, '')}/admin/servers/view/${id}`;
}

/**
 * @param deps.url the panel's address, without `/api`.
 * @param deps.timeoutMs of the clock, over the whole of one request; 40 s unless told.
 */
export function createPanelClient(deps: PanelClientDeps): PanelClient {
  const send = createSender({ ...deps, timeoutMs: deps.timeoutMs ?? DEFAULT_TIMEOUT_MS });
  return {
    ...userMethods(send),
    ...serverMethods(send),
    listNodes: () => listAll(send, '/nodes?include=allocations', nodeSchema),
    findEgg: createEggFinder(send, deps.clock),
    reserveCreate: () => reserve(deps.budget, 'POST /servers'),
  };
}

function userMethods(send: SendToPanel) {
  return {
    findUserByExternalId: async (externalId: string) => {
      const path = `/users/external/${encodeURIComponent(externalId)}`;
      return exactly(missingAsNull(await send({ method: 'GET', path }, userSchema)), externalId);
    },
    findUserByEmail: async (email: string): Promise<PanelResult<PanelUser | null>> => {
      const path = `/users?filter[email]=${encodeURIComponent(email)}`;
      const users = await listAll(send, path, userSchema);
      if (users.kind === 'fault') return users;
      const wanted = email.toLowerCase();
      return { ...users, value: users.value.find((user) => user.email.toLowerCase() === wanted) ?? null };
    },
    createUser: (user: NewPanelUser) =>
      send({ method: 'POST', path: '/users', body: userBody(user, user.externalId) }, userSchema),
    linkUser: (user: PanelUser, externalId: string) =>
      send({ method: 'PATCH', path: `/users/${user.id}`, body: userBody(user, externalId) }, userSchema),
  };
}

function userBody(user: Omit<NewPanelUser, 'externalId'>, externalId: string) {
  const { email, username, firstName, lastName } = user;
  return { external_id: externalId, email, username, first_name: firstName, last_name: lastName };
}

function serverMethods(send: SendToPanel) {
  return {
    findServerByExternalId: async (externalId: string) => {
      const path = `/servers/external/${encodeURIComponent(externalId)}?${WITH_ADDRESS}`;
      return exactly(missingAsNull(await send({ method: 'GET', path }, serverSchema)), externalId);
    },
    getServer: async (id: number) =>
      missingAsNull(await send({ method: 'GET', path: `/servers/${id}?${WITH_ADDRESS}` }, serverSchema)),
    createServer: (server: NewPanelServer) =>
      send(
        { method: 'POST', path: `/servers?${WITH_ADDRESS}`, body: serverBody(server), reserved: true },
        serverSchema,
      ),
    listNewestServers: async (page: number): Promise<PanelResult<PanelPage<PanelServer>>> => {
      const path = `/servers?sort=-id&per_page=100&page=${page}`;
      const list = await send({ method: 'GET', path }, pageOf(serverSchema));
      if (list.kind === 'fault') return list;
      return { ...list, value: { rows: list.value.data, totalPages: list.value.totalPages } };
    },
    setExternalId: (server: PanelServer, externalId: string) => {
      // What is left out is emptied by the panel, the external id too.
      const { name, description, userId: user } = server;
      const body = { external_id: externalId, name, description, user };
      return send(
        { method: 'PATCH', path: `/servers/${server.id}/details?${WITH_ADDRESS}`, body },
        serverSchema,
      );
    },
    reinstallServer: (id: number) => send({ method: 'POST', path: `/servers/${id}/reinstall` }, z.null()),
  };
}

function serverBody(server: NewPanelServer) {
  return {
    external_id: server.externalId,
    name: server.name,
    user: server.userId,
    egg: server.eggId,
    docker_image: server.dockerImage,
    startup: server.startup,
    environment: server.environment,
    limits: server.limits,
    feature_limits: server.featureLimits,
    allocation: { default: server.allocationId },
  };
}
