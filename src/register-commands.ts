// `npm run register-commands`: writes the slash commands of this version, where they differ.
import { REST } from 'discord.js';
import { registerCommands } from './bot/register.ts';
import { loadEnvFile, readDiscordConfig } from './config.ts';
import { toError } from './lib/failure.ts';

try {
  loadEnvFile();
  const discord = readDiscordConfig(process.env);
  const rest = new REST({ api: discord.apiUrl }).setToken(discord.token);
  const wrote = await registerCommands(rest, discord.guildId);
  console.log(wrote ? 'The commands were written.' : 'The commands were up to date.');
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}
