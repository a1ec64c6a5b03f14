/** One step for each file that is rendered from a template. */
import type { Guest, Path } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { templateNotice } from '../notices/templates.ts';
import type { TemplateStep } from '../profiles/step.ts';
import { render, TEMPLATES } from './render.ts';
import type { View } from './view.ts';

const MAX_TEMPLATES = 64;

const stepFor = (file: Path, path: Path): TemplateStep => ({
  id: `template:${path}`,
  kind: 'template',
  template: file,
  path,
  desired: 'rendered',
  reason: `It is rendered from ${file}.`,
  reference: 'https://mustache.github.io/mustache.5.html',
  lasts: 'persistent',
});

/** In the order of the templates' names; of two with one target the first. No library is loaded where there is no template. */
export const planTemplates = async (
  guest: Guest,
  view: View,
): Promise<{ steps: TemplateStep[]; notices: Notice[] }> => {
  const names = (await guest.list(TEMPLATES)).filter(name => /^[^.].*\.mustache$/.test(name));
  const steps: TemplateStep[] = [];
  const notices: Notice[] = [];
  if (names.length > MAX_TEMPLATES) notices.push(templateNotice('template-too-many', TEMPLATES, `${names.length}`));
  for (const name of names.slice(0, MAX_TEMPLATES)) {
    const file = `${TEMPLATES}/${name}`;
    const rendering = await render(guest, file, view);
    if ('notice' in rendering) {
      notices.push(rendering.notice);
      continue;
    }
    const { path, notices: remarks } = rendering.rendered;
    if (steps.some(step => step.path === path)) notices.push(templateNotice('template-twice', file, path));
    else steps.push(stepFor(file, path));
    notices.push(...remarks);
  }
  return { steps, notices };
};
