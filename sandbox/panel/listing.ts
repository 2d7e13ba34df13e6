import type { PanelCall, PanelContext } from './context.ts';
import { panelErrors } from './errors.ts';
import type { Resource } from './transform.ts';

export type ListOptions<Row> = {
  filters?: Record<string, (row: Row, value: string) => boolean>;
  sorts?: Record<string, (row: Row) => number | string>;
  render: (row: Row) => Resource;
};

const DEFAULT_PER_PAGE = 50;
/** What the panel falls back to when it is asked for pages of nothing. */
const MODEL_PER_PAGE = 15;

/** The body of a paginated list: filtered, sorted (by id unless told) and cut to the page asked for. */
export function listBody<Row extends { id: number }>(
  panel: PanelContext,
  call: PanelCall,
  rows: Row[],
  options: ListOptions<Row>,
) {
  const wanted = sorted(call, filtered(call, rows, options.filters ?? {}), options.sorts ?? {});
  return pageBody(panel, call, wanted, options.render);
}

function filtered<Row>(
  call: PanelCall,
  rows: Row[],
  filters: NonNullable<ListOptions<Row>['filters']>,
): Row[] {
  let left = rows;
  for (const [parameter, value] of call.query) {
    const name = /^filter\[(.+)\]$/.exec(parameter)?.[1];
    if (name === undefined) continue;
    const keeps = filters[name];
    if (!keeps) throw panelErrors.unknownFilter(name, Object.keys(filters));
    left = left.filter((row) => keeps(row, value));
  }
  return left;
}

function sorted<Row extends { id: number }>(
  call: PanelCall,
  rows: Row[],
  sorts: NonNullable<ListOptions<Row>['sorts']>,
): Row[] {
  const asked = call.query.get('sort') ?? 'id';
  const direction = asked.startsWith('-') ? -1 : 1;
  const name = asked.replace(/^-/, '');
  const keyOf = name === 'id' ? (row: Row) => row.id : sorts[name];
  if (!keyOf) throw panelErrors.unknownSort(name, ['id', ...Object.keys(sorts)]);
  return rows.toSorted((one, other) => direction * compare(keyOf(one), keyOf(other)));
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other));
}

function pageBody<Row>(panel: PanelContext, call: PanelCall, rows: Row[], render: (row: Row) => Resource) {
  const perPage = perPageOf(call);
  const page = Math.max(1, wholeNumber(call.query.get('page')) ?? 1);
  const shown = rows.slice((page - 1) * perPage, page * perPage);
  const totalPages = Math.max(1, Math.ceil(rows.length / perPage));
  // The page size and the filters are missing from the real panel's links too.
  const link = (to: number) => `${panel.baseUrl()}${call.path}?page=${to}`;
  return {
    object: 'list',
    data: shown.map(render),
    meta: {
      pagination: {
        total: rows.length,
        count: shown.length,
        per_page: perPage,
        current_page: page,
        total_pages: totalPages,
        links: {
          ...(page > 1 ? { previous: link(page - 1) } : {}),
          ...(page < totalPages ? { next: link(page + 1) } : {}),
        },
      },
    },
  };
}

function perPageOf(call: PanelCall): number {
  const asked = wholeNumber(call.query.get('per_page'));
  if (asked === null) return DEFAULT_PER_PAGE;
  return asked === 0 ? MODEL_PER_PAGE : asked;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
