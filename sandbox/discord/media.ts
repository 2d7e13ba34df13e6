/** The files and images that components show. */
import type { RawComponent } from './component-schema.ts';
import { type FormIssue, type FormPath, invalidForm } from './form.ts';

export type MediaPlace = { media: { url: string }; path: FormPath };

/** Every link to a file or image in the components, with its place. */
export function mediaOf(components: readonly RawComponent[], path: FormPath = ['components']): MediaPlace[] {
  return components.flatMap((component, index): MediaPlace[] => {
    const at: FormPath = [...path, index];
    const { file, media, items = [], accessory } = component;
    return [
      ...(file ? [{ media: file, path: [...at, 'file', 'url'] }] : []),
      ...(media ? [{ media, path: [...at, 'media', 'url'] }] : []),
      ...items.map((item, place) => ({ media: item.media, path: [...at, 'items', place, 'media', 'url'] })),
      ...(accessory?.media ? [{ media: accessory.media, path: [...at, 'accessory', 'media', 'url'] }] : []),
      ...mediaOf(component.components ?? [], [...at, 'components']),
    ];
  });
}

/** Throws Discord's 400 when a component shows a file that is not there, or an address of a strange kind. */
export function checkFileLinks(
  components: readonly RawComponent[],
  attachments: readonly { filename: string }[],
): void {
  const issues = mediaOf(components).flatMap(({ media: { url }, path }): FormIssue[] => {
    const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(url) ?? [];
    if (scheme === 'http' || scheme === 'https') return [];
    if (scheme !== 'attachment') {
      const message = `Scheme "${scheme}" is not supported. Scheme must be one of ('http', 'https', 'attachment').`;
      return [{ path, code: 'URL_TYPE_INVALID_SCHEME', message }];
    }
    if (attachments.some(({ filename }) => filename === rest)) return [];
    const message = 'The referenced attachment was not found';
    return [{ path, code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', message }];
  });
  if (issues.length > 0) throw invalidForm(issues);
}
