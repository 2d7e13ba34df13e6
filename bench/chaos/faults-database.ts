import { patiently } from '../../sandbox/patiently.ts';
import type { Fault, Stage } from './fault.ts';

/** Of a hundred statements so many are refused while the disk is nearly full: those of one transaction are refused apart. */
const SOME = 15;
const ALL = 100;

export const DATABASE_FAULTS: Record<string, Fault> = {
  'database: unreachable': async ({ world: { proxy } }) => {
    proxy.faults.down = true;
    return () => Object.assign(proxy.faults, { down: false });
  },
  'database: slow': async ({ world: { proxy } }, pick) => {
    proxy.faults.slowMs = 1_000 + (pick % 8_000);
    return () => Object.assign(proxy.faults, { slowMs: 0 });
  },
  'database: read only': async ({ world: { proxy } }) => {
    proxy.faults.readOnly = true;
    return () => Object.assign(proxy.faults, { readOnly: false });
  },
  'database: disk full': (stage) => refuseWrites(stage, ALL),
  'database: disk nearly full': (stage) => refuseWrites(stage, SOME),
  'database: answers are lost': ({ world: { proxy } }, pick) =>
    // The call is done; whoever asked does not hear of it.
    lose(proxy, 'after', pick),
  'database: requests are lost': ({ world: { proxy } }, pick) => lose(proxy, 'before', pick),
  'database: PostgreSQL is stopped': (stage) => stopPostgres(stage, 'fast'),
  'database: PostgreSQL crashes': (stage) => stopPostgres(stage, 'crash'),
};

async function lose(proxy: Stage['world']['proxy'], moment: 'before' | 'after', pick: number) {
  let count = pick;
  const forget = proxy.onRequest(({ when }) => {
    if (when !== moment) return;
    count += 1;
    if (count % 4 === 0) throw new Error('lost on the way');
  });
  return forget;
}

async function stopPostgres({ server, world }: Stage, how: 'fast' | 'crash') {
  await server.halt(how);
  return async () => {
    await server.startAgain();
    await world.restartSupabase();
  };
}

/** PostgreSQL itself refuses them, with the code of a full disk, and undoes what the same transaction did before. */
async function refuseWrites({ world: { database } }: Stage, percent: number) {
  const set = (share: number) => patiently(() => database`update chaos_disk set refused_percent = ${share}`);
  await set(percent);
  return () => set(0);
}

/** Every table of Orderly and the site's orders ask from now on whether the disk is full. */
export async function installDisk({ database }: Pick<Stage['world'], 'database'>): Promise<void> {
  await database.unsafe(DISK_SQL);
}

const DISK_SQL = `
create table chaos_disk (refused_percent integer not null);
insert into chaos_disk values (0);
create function chaos_refuse() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if random() * 100 < (select refused_percent from chaos_disk) then
    raise exception 'could not extend file "base/16384/24576": No space left on device' using errcode = '53100';
  end if;
  return null;
end $$;
do $$
declare name text;
begin
  for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'chaos_disk' loop
    execute format('create trigger chaos_refuse before insert or update or delete on public.%I for each statement execute function chaos_refuse()', name);
  end loop;
end $$;`;
