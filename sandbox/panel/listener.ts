import type { Server } from 'node:http';
import type { PanelFaults } from './faults.ts';

/** Listens on 127.0.0.1 and gives the port; 0 asks for a free one. */
export function listen(http: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject);
      const address = http.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Ends the listener and every connection. */
export function closeListener(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}

/** Makes `faults.down` act when it is set: the port is given up, so that connections are refused, and taken again. */
export function createDownSwitch(faults: PanelFaults, http: Server, port: number): void {
  let isDown = false;
  Object.defineProperty(faults, 'down', {
    enumerable: true,
    configurable: true,
    get: () => isDown,
    set: (wanted: boolean) => {
      if (wanted === isDown) return;
      isDown = wanted;
      if (wanted) void closeListener(http);
      else http.listen(port, '127.0.0.1');
    },
  });
}
