import { fileURLToPath } from 'node:url';
import type { EChartsCoreOption } from 'echarts/core';
import { CHART_FONT, CHART_SIZE } from './stats-chart.ts';

/** Beside it nothing of the machine is read: a bare one has no fonts. */
const FONT = 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf';

/**
 * Draws a chart as a PNG, without a browser. What draws is loaded only now: most days nobody asks, and it takes memory.
 *
 * @throws Error when it can't be drawn, as on a machine that the renderer has no binary for.
 */
export async function drawChart(option: EChartsCoreOption): Promise<Buffer> {
  const [core, charts, components, renderers, { renderAsync }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
    import('@resvg/resvg-js'),
  ]);
  const { GridComponent, LegendComponent, TitleComponent } = components;
  core.use([charts.BarChart, charts.LineChart, GridComponent, LegendComponent, TitleComponent]);
  core.use([renderers.SVGRenderer]);
  const chart = core.init(null, null, { renderer: 'svg', ssr: true, ...CHART_SIZE });
  try {
    chart.setOption(option);
    const font = {
      fontFiles: [fileURLToPath(import.meta.resolve(FONT))],
      loadSystemFonts: false,
      defaultFontFamily: CHART_FONT,
    };
    // Off this thread: a press that comes meanwhile has no time to wait.
    return (await renderAsync(chart.renderToSVGString(), { font })).asPng();
  } finally {
    chart.dispose();
  }
}
