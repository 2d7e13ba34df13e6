import type { ServerRow } from '../../sandbox/panel/rows.ts';
import type { World } from '../../sandbox/world.ts';

/** A server that somebody makes in the panel by hand, for a panel user. */
export async function makeByHand(world: World, panelUserId: number): Promise<ServerRow> {
  const port = world.panel.state.allocations.findLast((row) => row.serverId === null)!;
  const egg = world.panel.state.eggs.find((row) => row.id === 4)!;
  const defaults = egg.variables.map(({ envVariable, defaultValue }) => [envVariable, defaultValue]);
  const body = {
    name: 'by hand',
    user: panelUserId,
    egg: egg.id,
    docker_image: Object.values(egg.dockerImages)[0],
    startup: egg.startup,
    environment: Object.fromEntries(defaults),
    limits: { memory: 1024, swap: 0, disk: 5120, io: 500, cpu: 100 },
    feature_limits: { databases: 0, allocations: 0, backups: 0 },
    allocation: { default: port.id },
  };
  const answer = await fetch(`${world.panel.url}/api/application/servers`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.panel.state.keys[0]!.token}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`the panel made no server: ${await answer.text()}`);
  return world.panel.state.servers.find((row) => row.allocationId === port.id)!;
}

/** Holds the answers to the bot's creates back until `letGo` is called: the server is there, and nobody knows. */
export function holdCreates(world: World): { letGo(): void } {
  const gate = Promise.withResolvers<void>();
  const forget = world.panel.onRequest(async ({ method, path, when }) => {
    if (method === 'POST' && path.includes('/servers?include=') && when === 'after') await gate.promise;
  });
  return {
    letGo: () => {
      forget();
      gate.resolve();
    },
  };
}
