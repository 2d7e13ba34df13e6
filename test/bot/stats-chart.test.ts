import { expect, it } from 'vitest';
import { drawChart } from '../../src/bot/chart/draw.ts';
import { CHART_SIZE, statsChart } from '../../src/bot/chart/stats-chart.ts';
import type { Stats, StatsBucket } from '../../src/store/store.ts';
import { NOW } from '../helpers/purchase-rows.ts';

const HOUR = 3_600_000;
const stats = { since: NOW - 24 * HOUR, causes: [{ code: 'no_capacity', orders: 3 }] } as unknown as Stats;
const bucket = (hour: number, facts: Partial<StatsBucket> = {}): StatsBucket => ({
  at: NOW - (24 - hour) * HOUR,
  ...{ games: 0, ready: 0, failed: 0, closed: 0, p50_s: null, p95_s: null },
  ...facts,
});
const some = [bucket(0, { games: 9, ready: 5, failed: 2, closed: 1, p50_s: 40, p95_s: 400 }), bucket(1)];

type Series = { name?: string; data: unknown[] }[];
const seriesOf = (buckets: StatsBucket[]) => statsChart(stats, buckets).series as Series;

it('a stack of the chart is all games of its time, each once', () => {
  expect(seriesOf(some).slice(0, 4)).toMatchObject([
    { name: 'ready', data: [5, 0] },
    { name: 'on the way', data: [1, 0] },
    { name: 'failed', data: [2, 0] },
    { name: 'closed', data: [1, 0] },
  ]);
});

it('times are minutes when they are long, and a time without any is no zero', () => {
  expect(seriesOf(some).find(({ name }) => name === '95 % within')?.data).toEqual([6.7, null]);
});

/** Width and height as the PNG's header has them. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

it('the chart is drawn as a PNG with text in it, also when there is nothing to draw', async () => {
  const png = await drawChart(statsChart(stats, some));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(sizeOf(png)).toEqual(CHART_SIZE);
  const other = await drawChart(statsChart({ ...stats, causes: [{ code: 'egg_missing', orders: 3 }] }, some));
  // Only the words of a cause differ: without a font neither would be there.
  expect(other.equals(png)).toBe(false);
  expect(sizeOf(await drawChart(statsChart({ ...stats, causes: [] }, [])))).toEqual(CHART_SIZE);
});
