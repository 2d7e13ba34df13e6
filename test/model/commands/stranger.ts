import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { nextId } from '../../../sandbox/panel/rows.ts';
import { command, saleIndex } from './command.ts';

/** Somebody makes a server by hand whose external id differs from an order's in nothing but case; the panel finds it for both. */
export const strangerServer = command({
  name: 'stranger server',
  weight: 1,
  input: fc.record({ sale: saleIndex }),
  run: async ({ panel, sales, clock }, { sale: index }) => {
    const { state } = panel.context;
    const sale = sales[index]!;
    const externalId = sale.purchaseId.toUpperCase();
    const owner = state.users.find((user) => user.externalId === sale.userId);
    const port = state.allocations.find((row) => row.nodeId === 3 && row.serverId === null);
    if (!port || state.servers.some((row) => row.externalId?.toUpperCase() === externalId)) return;
    const id = nextId(state.servers);
    port.serverId = id;
    state.servers.push({
      id,
      externalId,
      uuid: randomUUID(),
      name: 'by hand',
      description: '',
      status: null,
      userId: owner?.id ?? 1,
      nodeId: port.nodeId,
      allocationId: port.id,
      eggId: sale.planId === 'among-us-1gb' ? 2 : 1,
      image: 'image',
      startup: 'start',
      environment: {},
      limits: { memory: 512, swap: 0, disk: 512, io: 500, cpu: 100, threads: null },
      featureLimits: { databases: 0, allocations: 0, backups: 0 },
      oomDisabled: true,
      createdAtMs: clock.now(),
      updatedAtMs: clock.now(),
    });
  },
});
