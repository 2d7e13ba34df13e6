import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validate } from '../../sandbox/panel/rules.ts';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { waitUntil } from './fixtures.ts';
import { recordedWorld, server } from './recorded-world.ts';
import { replay } from './recordings.ts';

const clock = createClock(50);
const apiKey = 'ptla_test';
let panel: PanelSimulator;

beforeEach(async () => {
  panel = await startPanel({ clock, apiKey, seed: recordedWorld() });
});
afterEach(() => panel.stop());

const headers = { accept: 'application/json', authorization: `Bearer ${apiKey}` };
const call = (method: string, path: string, body?: unknown) =>
  replay(panel.url, { method, path: `/api/application${path}`, headers, body });
const first = () => panel.state.servers[0];

describe('what the simulated panel forgets, as the real one does', () => {
  it('a failed suspend of an installing server leaves it looking installed', async () => {
    panel.state.servers[0] = server(1, { status: 'installing' });
    panel.faults.wings[1] = 'down';
    expect((await call('POST', '/servers/1/suspend')).status).toBe(504);
    expect(first()?.status).toBeNull();
  });

  it('suspending and unsuspending forgets a failed install', async () => {
    panel.state.servers[0] = server(1, { status: 'install_failed' });
    await call('POST', '/servers/1/suspend');
    await call('POST', '/servers/1/unsuspend');
    expect(first()?.status).toBeNull();
  });

  it('a server suspended during its install stays suspended when the install ends', async () => {
    await call('POST', '/servers/1/reinstall');
    await call('POST', '/servers/1/suspend');
    panel.state.servers.push(server(2));
    await call('POST', '/servers/2/reinstall');
    await waitUntil(() => expect(panel.state.servers[1]?.status).toBeNull());
    expect(first()?.status).toBe('suspended');
  });

  it('details sent without the external id lose it; a user keeps its own', async () => {
    await call('PATCH', '/servers/1/details', { name: 'renamed', user: 2 });
    expect(first()?.externalId).toBeNull();
    const user = { email: 'buyer@example.com', username: 'buyer1', first_name: 'Buy', last_name: 'Er' };
    await call('PATCH', '/users/2', user);
    expect(panel.state.users[1]?.externalId).toBe('cus_1');
  });

  it('a startup change empties the variables that it leaves out', async () => {
    const environment = { SERVER_JARFILE: 'paper.jar', BUILD_NUMBER: '1', UNKNOWN: 'x' };
    const image = 'ghcr.io/pterodactyl/yolks:java_17';
    await call('PATCH', '/servers/1/startup', {
      startup: 'java',
      environment,
      egg: 5,
      image,
      skip_scripts: false,
    });
    expect(first()?.environment).toEqual({
      MINECRAFT_VERSION: '',
      SERVER_JARFILE: 'paper.jar',
      DL_PATH: '',
      BUILD_NUMBER: '1',
    });
  });

  it('a deleted server frees its port, and its external id may be used again', async () => {
    await call('DELETE', '/servers/1');
    expect(panel.state.servers).toEqual([]);
    expect(panel.state.allocations[0]?.serverId).toBeNull();
  });

  it('pages link to each other without the page size and the filter', async () => {
    panel.state.servers.push(server(2));
    const { body } = await call('GET', '/servers?per_page=1&filter[name]=srv');
    const { links } = z
      .object({ meta: z.object({ pagination: z.object({ links: z.object({ next: z.string() }) }) }) })
      .parse(body).meta.pagination;
    expect(links.next).toBe(`${panel.url}/api/application/servers?page=2`);
  });

  it('an unlimited server counts as nothing toward a node', async () => {
    panel.state.servers[0] = server(1, {
      limits: { memory: 0, swap: 0, disk: 0, io: 500, cpu: 0, threads: null },
    });
    expect((await call('GET', '/nodes/deployable?memory=16384&disk=200000&location_ids[]=1')).status).toBe(
      200,
    );
    expect((await call('GET', '/nodes/deployable?memory=16385&disk=1&location_ids[]=1')).status).toBe(400);
  });
});

describe('what the simulated panel checks', () => {
  it('offers public nodes only, whether or not they are in maintenance', async () => {
    for (const node of panel.state.nodes) node.maintenance = true;
    const { body } = await call('GET', '/nodes/deployable?memory=1&disk=1');
    const { data } = z
      .object({ data: z.array(z.object({ attributes: z.object({ id: z.number() }) })) })
      .parse(body);
    expect(data.map((node) => node.attributes.id)).toEqual([1, 2]);
  });

  it('does not look for records under an id that is no number', async () => {
    const { body } = await call('POST', '/servers', { user: 'me', allocation: { default: 'any' } });
    const { errors } = z
      .object({
        errors: z.array(z.object({ meta: z.object({ source_field: z.string(), rule: z.string() }) })),
      })
      .parse(body);
    const rules = errors.map(({ meta }) => `${meta.source_field} ${meta.rule}`);
    expect(rules).toContain('user integer');
    expect(rules).not.toContain('user exists');
    expect(rules.filter((rule) => rule.startsWith('allocation'))).toEqual(['allocation.default integer']);
  });

  it('stops at the first failure of a field that says so', () => {
    const errors = validate({ port: 'any' }, { port: ['integer', 'between:1,2', 'bail'] });
    expect(errors.map((error) => error.rule)).toEqual(['integer']);
  });
});

describe("an egg's rules", () => {
  it.each([
    ['required|string|max:20', 'latest', []],
    ['required|string|max:3', 'latest', ['max']],
    ['required|string|max:20', null, ['required']],
    ['nullable|string|max:20', null, []],
    ['string|max:20', null, ['string']],
    ['required|in:vanilla,oxide', 'carbon', ['in']],
    ['required|integer|between:1,100', '10', []],
    ['required|integer|between:1,100', '1000', ['between']],
    ['required|numeric|digits_between:1,3', 'many', ['numeric', 'digits_between']],
    ['required|boolean', '1', []],
    ['required|boolean', 'yes', ['boolean']],
    ['required|regex:/^[a-z]+$/i|max:4', 'ABCDE', ['max']],
    ['nullable|url', 'not a url', ['url']],
  ])('%s with %j fails %j', (rules, value, failures) => {
    const errors = validate({ environment: { NAME: value } }, { 'environment.NAME': rules.split('|') });
    expect(errors.map((error) => error.rule)).toEqual(failures);
  });
});
