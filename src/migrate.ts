// `npm run migrate`: brings the database of SUPABASE_DB_URL up to this version.
import { loadEnvFile, readMigrateConfig } from './config.ts';
import { toError } from './lib/failure.ts';
import { migrate } from './store/migrations.ts';

try {
  loadEnvFile();
  const report = await migrate(readMigrateConfig(process.env).databaseUrl);
  for (const name of report.applied) console.log(`  applied ${name}`);
  console.log(
    report.applied.length > 0
      ? 'The database is up to date.'
      : `The database was up to date (${report.alreadyThere} migrations).`,
  );
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}
