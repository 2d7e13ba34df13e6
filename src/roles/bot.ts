import { type Bot, startBot } from '../bot/bot.ts';
import { createSettings } from '../bot/settings-holder.ts';
import { buildDoctor } from '../build-doctor.ts';
import type { BotConfig, Config } from '../config.ts';
import { settingsOfConfig } from '../doctor-settings.ts';
import { createSnapshots, type Snapshots } from '../provisioning/snapshots.ts';
import { report } from '../runbook/report.ts';
import { deadBotParts } from '../watchdog/dead-parts.ts';
import type { ReadyPart } from '../webhook/deps.ts';
import { panelFor, type RunningRole, type Shared, stripeFor } from './shared.ts';

export type BotRole = RunningRole & {
  /** Whether it leads in Discord and is connected, and what Discord takes now, by bucket. */
  discord(): { leads: boolean; connected: boolean; left: Record<string, number> };
  /** Settles when the first login succeeded. */
  ready: Promise<void>;
  /** Rejects when Discord refuses the token. */
  refused: Promise<never>;
};

/**
 * Is in Discord, or stands by: one process has the connection and writes.
 *
 * @param snapshots what a worker of this process knows of the panel's capacity, where there is one.
 */
export async function startBotRole(
  shared: Shared,
  config: Config,
  own: BotConfig,
  snapshots?: Snapshots,
): Promise<BotRole> {
  const { clock, timings, log, store } = shared;
  const { discord, publicUrl } = own;
  const stripe = stripeFor(shared, own.stripe);
  const panel = panelFor(shared, own.panel, 'staff');
  const settings = createSettings(shared, discord.guildId, discord.first);
  await settings.refresh();
  const reportDeps = {
    ...{ clock, timings, store, stripe, panel },
    settings: { publicUrl, livemode: config.livemode, slowDeliveryMs: timings.slowDeliveryMs },
  };
  const bot = startBot(
    {
      ...{ ...shared, panel, stripe },
      snapshots: snapshots ?? createSnapshots({ clock, timings, panel }),
      panelUrl: own.panel.url,
      observeDiscord: shared.observe.outbound.discord,
      settings: settings.current,
      choices: settings,
      report: (target) => report(reportDeps, target),
      doctor: buildDoctor(settingsOfConfig(config, own, settings.current), { clock, log }),
    },
    discord,
  );
  return {
    name: 'bot',
    ready: bot.ready,
    refused: bot.refused,
    troubles: bot.troubles,
    parts: () => ({ discord: discordPart(bot) }),
    discord: () => ({
      leads: !bot.standsBy(),
      connected: bot.isConnected(),
      left: { ...bot.requestsLeft() },
    }),
    deadParts: () =>
      deadBotParts(
        clock.now(),
        {
          lastRoundMs: bot.lastRoundMs(),
          isConnected: bot.isConnected(),
          standsBy: bot.standsBy(),
          waitingSinceMs: bot.waitingSinceMs(),
        },
        timings,
      ),
    standsBy: bot.standsBy,
    stop: bot.stop,
  };
}

function discordPart(bot: Bot): ReadyPart {
  const troubles = bot.troubles();
  if (bot.standsBy()) return { ok: troubles.length === 0, says: ['stands by', ...troubles].join('; ') };
  const says = bot.isConnected() ? 'connected' : 'not connected';
  return {
    ok: troubles.length === 0,
    says: [says, ...troubles.filter((one) => one !== 'discord')].join('; '),
  };
}
