import { seedNode } from '../sandbox/panel/seed.ts';
import type { PanelSimulator } from '../sandbox/panel/start-panel.ts';
import type { World } from '../sandbox/world.ts';

const NODES = 8;
const PORTS = 40;

/** Adds nodes of the default size to the first region of a simulated panel, for some hundred small servers. */
export function addNodes({ state }: Pick<PanelSimulator, 'state'>): { id: number; name: string }[] {
  const firstId = Math.max(...state.nodes.map((node) => node.id)) + 1;
  const firstPort = Math.max(...state.allocations.map((port) => port.id)) + 1;
  const nodes = Array.from({ length: NODES }, (_, index) =>
    seedNode(firstId + index, `fra-${firstId + index}`, 1),
  );
  state.nodes.push(...nodes);
  state.allocations.push(
    ...Array.from({ length: NODES * PORTS }, (_, index) => {
      const node = nodes[Math.floor(index / PORTS)]!;
      const place = { nodeId: node.id, ip: `10.0.0.${node.id}`, alias: node.fqdn };
      return { id: firstPort + index, ...place, port: 25565 + (index % PORTS), serverId: null };
    }),
  );
  return nodes;
}

/** The same, and the site knows them too. */
export async function addNodesToSite(world: Pick<World, 'panel' | 'database'>): Promise<void> {
  for (const { id, name } of addNodes(world.panel)) {
    await world.database`insert into ptero_nodes (name, panel_node_id, region, enabled)
      values (${name}, ${id}, 'eu-west', true)`;
  }
}
