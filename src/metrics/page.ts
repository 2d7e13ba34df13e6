import { Gauge, Registry } from 'prom-client';
import { type Definition, METRICS, type MetricName } from './definitions.ts';

/** The gauges of one scrape. What is not put is not there: an old value would be a lie. */
export type Page = {
  put(name: MetricName, value: number, labels?: Record<string, string>): void;
  registry: Registry;
};

export function createPage(): Page {
  const registry = new Registry();
  const gauges = new Map<MetricName, Gauge>();
  const gaugeOf = (name: MetricName) => {
    const known = gauges.get(name);
    if (known) return known;
    const { help, labels }: Definition = METRICS[name];
    const made = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
    gauges.set(name, made);
    return made;
  };
  return {
    put: (name, value, labels = {}) => gaugeOf(name).set(labels, value),
    registry,
  };
}
