// `npm run migrate`: brings the database of SUPABASE_DB_URL up to this version.
import { loadEnvFile, readMigrateConfig } from './config.ts';
import { toError } from './lib/failure.ts';
import { migrate } from './store/migrations.ts';

loadEnvFile();
const config = readMigrateConfig(process.env);
try {
  const report = await migrate(config.databaseUrl);
  const applied = report.applied.map((name) => `  applied ${name}`).join('\n');
  console.log(
    applied
      ? `${applied}\nThe database is up to date.`
      : `The database was up to date (${report.alreadyThere} migrations).`,
  );
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}
