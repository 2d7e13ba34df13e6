// Starts a TypeScript entry on Node 24 or newer, whatever Node started this file (20 or newer): installs what is
// missing from the lock file first. Kept in CommonJS without new syntax so that an old Node can read it.
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const WANTED_MAJOR = 24;

function fail(message) {
  process.stderr.write(`orderly: ${message}\n`);
  process.exit(1);
}

function lockHash() {
  return createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function install() {
  const stamp = path.join(root, 'node_modules', '.orderly-installed');
  const wanted = lockHash();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  if (process.env.ORDERLY_NO_INSTALL === '1') return; // an image brings its own node_modules
  process.stderr.write('orderly: installing dependencies (npm ci), about 20 seconds …\n');
  const npm = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // npm's own chatter goes to stderr so that a script may still read our stdout.
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) fail('npm ci failed; its message is above. Nothing was started.');
  fs.writeFileSync(stamp, wanted);
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return process.execPath;
  const local = path.join(root, 'node_modules', '.bin', 'node');
  const probe = spawnSync(local, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  if (probe.status === 0 && Number(probe.stdout.split('.')[0]) >= WANTED_MAJOR) return local;
  return fail(
    `Node ${WANTED_MAJOR} or newer is needed and this is ${process.versions.node}. On Linux (x64, arm64) npm installs one ` +
      'beside the project; here that did not work (was npm told to omit optional dependencies?). ' +
      `Install Node ${WANTED_MAJOR} and run the command again.`,
  );
}

install();
const args = process.argv.slice(2);
const node = findNode();
const bin = path.join(root, 'node_modules', '.bin');
const command =
  args[0] === '--bin'
    ? [path.join(bin, args[1]), ...args.slice(2)]
    : [path.join(root, args[0]), ...args.slice(1)];
const child = spawn(node, command, {
  cwd: root,
  stdio: 'inherit',
  env: {
    NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled'),
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${bin}${path.delimiter}${process.env.PATH}`,
  },
});
// A terminal sends Ctrl-C to the whole group; a supervisor signals only this process, so both are passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
