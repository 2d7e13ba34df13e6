import { randomUUID } from 'node:crypto';
import type { EggRow, NestRow, VariableRow } from './rows.ts';

type EggSeed = {
  nest: string;
  name: string;
  images: Record<string, string>;
  startup: string;
  /** Variable, default, Laravel rules. */
  variables: [envVariable: string, defaultValue: string, rules: string][];
};

const eggSeeds: EggSeed[] = [
  {
    nest: 'Minecraft',
    name: 'Paper',
    images: {
      'Java 21': 'ghcr.io/pterodactyl/yolks:java_21',
      'Java 17': 'ghcr.io/pterodactyl/yolks:java_17',
    },
    startup: 'java -Xms128M -XX:MaxRAMPercentage=95.0 -jar {{SERVER_JARFILE}}',
    variables: [
      ['MINECRAFT_VERSION', 'latest', 'nullable|string|max:20'],
      ['SERVER_JARFILE', 'server.jar', 'required|regex:/^([\\w\\d._-]+)(\\.jar)$/'],
      ['DL_PATH', '', 'nullable|string'],
      ['BUILD_NUMBER', 'latest', 'required|string|max:20'],
    ],
  },
  {
    nest: 'Among Us',
    name: 'Crewlink',
    images: { 'Node.js 18': 'ghcr.io/pterodactyl/yolks:nodejs_18' },
    startup: 'node /home/container/crewlink/server.js --port {{SERVER_PORT}}',
    variables: [
      ['CREWLINK_VERSION', 'latest', 'required|string|max:20'],
      ['LOBBY_NAME', 'Crewlink lobby', 'required|string|max:40'],
      ['MAX_LOBBIES', '10', 'required|integer|between:1,100'],
      ['MOBILE_SUPPORT', '1', 'required|boolean'],
      ['ADMIN_CONTACT', '', 'nullable|string|max:100'],
    ],
  },
  {
    nest: 'Valheim',
    name: 'Valheim',
    images: { Debian: 'ghcr.io/parkervcp/games:valheim' },
    startup: './valheim_server.x86_64 -nographics -batchmode -name "{{SERVER_NAME}}" -world "{{WORLD}}"',
    variables: [
      ['SERVER_NAME', 'Valheim server', 'required|string|max:128'],
      ['WORLD', 'Dedicated', 'required|string|max:20'],
      ['PASSWORD', 'secret', 'required|alpha_dash|between:5,20'],
      ['PUBLIC_SERVER', '1', 'required|boolean'],
      ['BETA_ID', '', 'nullable|string|max:20'],
      ['SRCDS_APPID', '896660', 'required|string|in:896660'],
    ],
  },
  {
    nest: 'Terraria',
    name: 'Terraria Vanilla',
    images: { Debian: 'ghcr.io/parkervcp/yolks:debian' },
    startup: './TerrariaServer.bin.x86_64 -config serverconfig.txt -maxplayers {{MAX_PLAYERS}}',
    variables: [
      ['TERRARIA_VERSION', '1449', 'required|numeric|digits_between:3,10'],
      ['WORLD_NAME', 'world', 'required|string|max:20'],
      ['WORLD_SIZE', '1', 'required|numeric|between:1,3'],
      ['MAX_PLAYERS', '8', 'required|numeric|digits_between:1,3'],
      ['SERVER_MOTD', 'Welcome!', 'required|string|max:128'],
      ['PASSWORD', '', 'nullable|string|max:20'],
    ],
  },
  {
    nest: 'Rust',
    name: 'Rust',
    images: { Rust: 'ghcr.io/pterodactyl/games:rust' },
    startup: './RustDedicated -batchmode +server.port {{SERVER_PORT}} +server.hostname "{{HOSTNAME}}"',
    variables: [
      ['HOSTNAME', 'A Rust Server', 'required|string|max:40'],
      ['FRAMEWORK', 'vanilla', 'required|in:vanilla,oxide,carbon'],
      ['LEVEL', 'Procedural Map', 'required|string|max:20'],
      ['WORLD_SIZE', '3000', 'required|integer'],
      ['WORLD_SEED', '', 'nullable|string'],
      ['MAX_PLAYERS', '40', 'required|integer'],
      ['SERVER_IMG', '', 'nullable|url'],
      ['RCON_PASS', 'CHANGEME', 'required|regex:/^[\\w.-]*$/|max:64'],
      ['SAVEINTERVAL', '60', 'required|integer'],
    ],
  },
];

/** Five games, a nest each; nest and egg ids are 1 Paper, 2 Crewlink (Among Us), 3 Valheim, 4 Terraria, 5 Rust. */
export function seedEggs(): { nests: NestRow[]; eggs: EggRow[] } {
  let variableId = 0;
  const variable = ([envVariable, defaultValue, rules]: EggSeed['variables'][number]): VariableRow => {
    variableId += 1;
    const name = envVariable.toLowerCase().replaceAll('_', ' ');
    const shared = { description: `Sets ${name}.`, userViewable: true, userEditable: true };
    return { id: variableId, name, envVariable, defaultValue, rules, ...shared };
  };
  const nests = eggSeeds.map((seed, index) => ({
    id: index + 1,
    uuid: randomUUID(),
    name: seed.nest,
    description: `Eggs for ${seed.nest}.`,
  }));
  const eggs = eggSeeds.map((seed, index) => ({
    id: index + 1,
    uuid: randomUUID(),
    nestId: index + 1,
    name: seed.name,
    author: 'eggs@example.com',
    description: `Runs ${seed.nest}.`,
    dockerImages: seed.images,
    startup: seed.startup,
    config: {
      files: {},
      startup: { done: 'ready' },
      stop: 'stop',
      logs: [],
      file_denylist: [],
      extends: null,
    },
    script: { privileged: true, install: '#!/bin/ash', entry: 'ash', container: 'alpine', extends: null },
    variables: seed.variables.map(variable),
  }));
  return { nests, eggs };
}
