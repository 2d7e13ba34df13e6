// `npm run test:browser`: the page in headless Chromium. Installs Debian's Chromium where apt is at hand and we are root; elsewhere
// it says loudly that it was skipped.
import { spawnSync } from 'node:child_process';
import { runTests } from './run-tests.ts';

const PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'];

function findChromium(): string | null {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(
    (name) => name !== undefined,
  );
  for (const name of names) {
    const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  return null;
}

function installChromium(): void {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return;
  console.log(`Installing ${PACKAGES.join(', ')} …`);
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...PACKAGES);
}

if (findChromium() === null) installChromium();
const chromium = findChromium();
if (chromium === null) {
  console.log(
    '\n*** SKIPPED: the browser test needs Chromium, and none was found. Install it, or set CHROMIUM to its path. ***',
  );
  console.log('\n0 passed, 0 failed, 1 skipped');
  process.exit(0);
}
process.env.CHROMIUM = chromium;
const { passed, failed } = runTests(['--config', 'test/browser/vitest.config.ts']);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
