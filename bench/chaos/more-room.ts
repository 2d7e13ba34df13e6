import type { World } from '../../sandbox/world.ts';
import { addNodesToSite } from '../more-nodes.ts';

/** Servers that one round of more nodes holds, with room to spare for nodes that are broken. */
const PER_ROUND = 160;

/** Nodes for all that will be bought: what is looked for are faults of ours, not a panel that is sold out. */
export async function addRoom(world: World, purchases: number): Promise<void> {
  for (let held = 0; held < purchases; held += PER_ROUND) await addNodesToSite(world);
  // us-east has one node of forty ports.
  await world.database`update ptero_nodes set region = 'us-east' where panel_node_id > 3 and panel_node_id % 3 = 0`;
  for (const node of world.panel.state.nodes) if (node.id > 3 && node.id % 3 === 0) node.locationId = 2;
}
