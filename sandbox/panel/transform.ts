import type {
  AllocationRow,
  EggRow,
  LocationRow,
  NestRow,
  NodeRow,
  PanelState,
  ServerRow,
  UserRow,
  VariableRow,
} from './rows.ts';

/** `{object, attributes}` of the API. */
export type Resource = { object: string; attributes: Record<string, unknown> | null };
export type ResourceList = { object: 'list'; data: Resource[] };

const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');
const isoMicros = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, '.000000Z');

const stamps = (createdAtMs: number, updatedAtMs = createdAtMs) => ({
  created_at: isoSeconds(createdAtMs),
  updated_at: isoSeconds(updatedAtMs),
});

export function userResource(user: UserRow): Resource {
  return {
    object: 'user',
    attributes: {
      id: user.id,
      external_id: user.externalId,
      uuid: user.uuid,
      username: user.username,
      email: user.email,
      first_name: user.firstName,
      last_name: user.lastName,
      language: user.language,
      root_admin: user.rootAdmin,
      '2fa': false,
      ...stamps(user.createdAtMs, user.updatedAtMs),
    },
  };
}

export function locationResource(state: PanelState, location: LocationRow): Resource {
  const { id, short, long } = location;
  return { object: 'location', attributes: { id, short, long, ...stamps(state.createdAtMs) } };
}

/** What the servers of a node were promised, in MiB; unlimited ones count as nothing. */
export function allocatedOn(state: PanelState, nodeId: number): { memory: number; disk: number } {
  const servers = state.servers.filter((server) => server.nodeId === nodeId);
  return {
    memory: servers.reduce((sum, server) => sum + server.limits.memory, 0),
    disk: servers.reduce((sum, server) => sum + server.limits.disk, 0),
  };
}

export function nodeResource(state: PanelState, node: NodeRow): Resource {
  return {
    object: 'node',
    attributes: {
      id: node.id,
      uuid: node.uuid,
      public: node.public,
      name: node.name,
      description: node.name,
      location_id: node.locationId,
      fqdn: node.fqdn,
      scheme: 'https',
      behind_proxy: false,
      maintenance_mode: node.maintenance,
      memory: node.memoryMib,
      memory_overallocate: node.memoryOverallocate,
      disk: node.diskMib,
      disk_overallocate: node.diskOverallocate,
      upload_size: 100,
      daemon_listen: 8080,
      daemon_sftp: 2022,
      daemon_base: '/var/lib/pterodactyl/volumes',
      ...stamps(state.createdAtMs),
      allocated_resources: allocatedOn(state, node.id),
    },
  };
}

export function allocationResource(allocation: AllocationRow): Resource {
  const { id, ip, alias, port, serverId } = allocation;
  return {
    object: 'allocation',
    attributes: { id, ip, alias, port, notes: null, assigned: serverId !== null },
  };
}

export function nestResource(state: PanelState, nest: NestRow): Resource {
  const { id, uuid, name, description } = nest;
  const author = 'support@pterodactyl.io';
  return {
    object: 'nest',
    attributes: { id, uuid, author, name, description, ...stamps(state.createdAtMs) },
  };
}

export function eggResource(state: PanelState, egg: EggRow): Resource {
  return {
    object: 'egg',
    attributes: {
      id: egg.id,
      uuid: egg.uuid,
      name: egg.name,
      nest: egg.nestId,
      author: egg.author,
      description: egg.description,
      docker_image: Object.values(egg.dockerImages)[0] ?? '',
      docker_images: egg.dockerImages,
      config: egg.config,
      startup: egg.startup,
      script: egg.script,
      ...stamps(state.createdAtMs),
    },
  };
}

/** A variable of an egg; with a server, the value that the server has too. */
export function variableResource(
  state: PanelState,
  egg: EggRow,
  variable: VariableRow,
  server?: ServerRow,
): Resource {
  return {
    object: server ? 'server_variable' : 'egg_variable',
    attributes: {
      id: variable.id,
      egg_id: egg.id,
      name: variable.name,
      description: variable.description,
      env_variable: variable.envVariable,
      default_value: variable.defaultValue,
      user_viewable: variable.userViewable,
      user_editable: variable.userEditable,
      rules: variable.rules,
      created_at: isoMicros(state.createdAtMs),
      updated_at: isoMicros(state.createdAtMs),
      ...(server ? { server_value: server.environment[variable.envVariable] ?? '' } : {}),
    },
  };
}

export { stamps };
