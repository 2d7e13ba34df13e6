import type { EChartsCoreOption } from 'echarts/core';
import { failureKind } from '../../orders/failures.ts';
import type { Stats, StatsBucket } from '../../store/store.ts';

/** Twice what a phone shows it at, so that its smallest text is still read there. */
export const CHART_SIZE = { width: 760, height: 1_030 };
export const CHART_FONT = 'DejaVu Sans';

const INK = '#dbdee1';
const FAINT = '#4e5058';
const GRIDS = [
  { left: 64, right: 24, top: 100, height: 270 },
  { left: 64, right: 24, top: 496, height: 190 },
  { left: 24, right: 24, top: 772, height: 240 },
];
const TITLES = ['Games bought, by UTC', 'From paid to ready', 'Why tries failed (orders)'];
const STACK: [name: string, colour: string, count: (bucket: StatsBucket) => number][] = [
  ['ready', '#23a55a', ({ ready }) => ready],
  ['on the way', '#f0b232', ({ games, ready, failed, closed }) => games - ready - failed - closed],
  ['failed', '#da373c', ({ failed }) => failed],
  ['closed', '#80848e', ({ closed }) => closed],
];

/** What is drawn, without drawing it: the numbers of `/stats` over time. Times are UTC, because a picture has no reader's zone. */
export function statsChart(stats: Stats, buckets: StatsBucket[]): EChartsCoreOption {
  const first = buckets[0]?.at ?? stats.since;
  const isDays = (buckets.at(-1)?.at ?? first) - first > 3 * 86_400_000;
  const labels = buckets.map(({ at }) => labelOf(at, isDays));
  const most = Math.max(0, ...buckets.map(({ p95_s: s }) => s ?? 0));
  const unit = most >= 300 ? { name: 'min', size: 60 } : { name: 's', size: 1 };
  const causes = stats.causes.slice(0, 5).toReversed();
  return {
    animation: false,
    backgroundColor: '#1e1f22',
    textStyle: { fontFamily: CHART_FONT, fontSize: 22, color: INK },
    title: TITLES.map((text, index) => ({
      text: index === 1 ? `${text} (${unit.name})` : text,
      left: 24,
      top: [14, 412, 728][index],
      textStyle: { fontFamily: CHART_FONT, fontSize: 26, fontWeight: 'normal', color: INK },
    })),
    legend: [
      legend(
        STACK.map(([name]) => name),
        54,
      ),
      legend(['half within', '95 % within'], 450),
    ],
    grid: GRIDS,
    xAxis: [
      timeAxis(labels, 0),
      timeAxis(labels, 1),
      { type: 'value', gridIndex: 2, show: false, min: 0, max: Math.max(1, causes.at(-1)?.orders ?? 1) },
    ],
    yAxis: [
      countAxis(0, 1),
      countAxis(1, 0),
      { type: 'category', gridIndex: 2, show: false, data: causes.map(({ code }) => code) },
    ],
    series: [
      ...STACK.map(([name, color, count]) => ({
        ...{ name, type: 'bar', stack: 'games', barCategoryGap: '25%', itemStyle: { color } },
        data: buckets.map(count),
      })),
      times(
        'half within',
        '#949cf7',
        unit.size,
        buckets.map(({ p50_s: s }) => s),
      ),
      times(
        '95 % within',
        '#f0b232',
        unit.size,
        buckets.map(({ p95_s: s }) => s),
      ),
      causeBars(causes),
    ],
  };
}

function legend(data: string[], top: number) {
  return { data, left: 20, top, icon: 'roundRect', itemGap: 22, textStyle: { color: INK, fontSize: 22 } };
}

function timeAxis(data: string[], gridIndex: number) {
  return {
    ...{ type: 'category', gridIndex, data, axisTick: { show: false } },
    axisLine: { lineStyle: { color: FAINT } },
    axisLabel: { color: INK, fontSize: 20, interval: Math.max(0, Math.ceil(data.length / 6) - 1) },
  };
}

function countAxis(gridIndex: number, minInterval: number) {
  return {
    ...{ type: 'value', gridIndex, minInterval, splitNumber: 4 },
    axisLabel: { color: INK, fontSize: 20 },
    splitLine: { lineStyle: { color: FAINT, width: 1 } },
  };
}

function times(name: string, color: string, unit: number, seconds: (number | null)[]) {
  return {
    ...{ name, type: 'line', xAxisIndex: 1, yAxisIndex: 1, connectNulls: true, symbolSize: 7 },
    ...{ itemStyle: { color }, lineStyle: { color, width: 4 } },
    data: seconds.map((s) => (s === null ? null : Math.round((s / unit) * 10) / 10)),
  };
}

/** The words stand in the bar, or no line of a phone would hold both. */
function causeBars(causes: Stats['causes']) {
  return {
    ...{ type: 'bar', xAxisIndex: 2, yAxisIndex: 2, barWidth: 38, itemStyle: { color: '#7a2a2d' } },
    data: causes.map(({ code, orders }) => ({
      value: orders,
      label: {
        ...{ show: true, position: 'insideLeft', color: '#ffffff', fontSize: 20 },
        formatter: shortened(`${orders} · ${failureKind(code).sentence}`, 56),
      },
    })),
  };
}

function labelOf(at: number, isDays: boolean): string {
  const text = new Date(at).toISOString();
  return isDays ? text.slice(5, 10) : `${text.slice(11, 16)}`;
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
