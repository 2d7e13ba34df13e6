import type { Clock } from '../src/lib/clock.ts';

export type PlainPanel = { url: string; apiKey: string; clock: Clock };
export type PlainPurchase = { id: string; buyer: { userId: string; email: string } };

const PLAN = {
  nest: 2,
  egg: 2,
  image: 'ghcr.io/pterodactyl/yolks:nodejs_18',
  memory: 1024,
  disk: 5120,
  location: 1,
};
const POLL_MS = 5_000;

/**
 * What the usual shop integrations do for one purchase, with the exact e-mail compared and the end of the install waited for: user by
 * e-mail, user if none, server by external id, egg with variables, nodes with room, create, then a look every 5 s.
 */
export async function provisionPlainly(panel: PlainPanel, { id, buyer }: PlainPurchase): Promise<void> {
  const ask = (method: 'GET' | 'POST', path: string, body?: object) => request(panel, method, path, body);
  const users = await ask('GET', `/users?filter[email]=${encodeURIComponent(buyer.email)}`);
  const known = users.data.find(({ attributes }) => attributes.email === buyer.email);
  const name = `u${buyer.userId.slice(0, 8)}`;
  const newUser = { email: buyer.email, username: name, first_name: 'Customer', last_name: name };
  const userId = (known ?? (await ask('POST', '/users', newUser))).attributes.id;
  const existing = await ask('GET', `/servers/external/${id}`);
  if (existing.status !== 404) return;
  const egg = await ask('GET', `/nests/${PLAN.nest}/eggs/${PLAN.egg}?include=variables`);
  const variables = egg.attributes.relationships.variables.data.map(({ attributes }) => attributes);
  await ask(
    'GET',
    `/nodes/deployable?memory=${PLAN.memory}&disk=${PLAN.disk}&location_ids[]=${PLAN.location}`,
  );
  const created = await ask('POST', '/servers', {
    external_id: id,
    name: 'Saturday Night SMP',
    user: userId,
    egg: PLAN.egg,
    docker_image: PLAN.image,
    startup: egg.attributes.startup,
    environment: Object.fromEntries(variables.map((one) => [one.env_variable, one.default_value])),
    limits: { memory: PLAN.memory, swap: 0, disk: PLAN.disk, io: 500, cpu: 100 },
    feature_limits: { databases: 0, allocations: 0, backups: 0 },
    deploy: { locations: [PLAN.location], dedicated_ip: false, port_range: [] },
  });
  for (let status: string | null = 'installing'; status !== null; ) {
    await panel.clock.sleep(POLL_MS);
    status = (await ask('GET', `/servers/${created.attributes.id}`)).attributes.status;
  }
}

type Attributes = {
  id: number;
  email: string;
  status: string | null;
  startup: string;
  env_variable: string;
  default_value: string;
  relationships: { variables: { data: { attributes: Attributes }[] } };
};
type Reply = { status: number; attributes: Attributes; data: { attributes: Attributes }[] };

/** Once more after `Retry-After` when the panel says 429. @throws Error for any other refusal but 404. */
async function request(panel: PlainPanel, method: string, path: string, body?: object): Promise<Reply> {
  for (;;) {
    const response = await fetch(`${panel.url}/api/application${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${panel.apiKey}`,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as Omit<Reply, 'status'>;
    if (response.ok || response.status === 404) return { ...answer, status: response.status };
    if (response.status !== 429)
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    await panel.clock.sleep(1_000 * Number(response.headers.get('retry-after')));
  }
}
