// Steps of a todo, and todos that come again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { row, scenario, sees, until } from './support.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const details = (page) => page.getByRole('complementary', { name: 'Details' });
const repeat = (page) => details(page).getByRole('combobox', { name: 'Repeat' });
const messages = (page) => page.getByRole('region', { name: 'Messages' });
const only = async (server) => (await server.api('GET', '/todos')).value[0];
const steps = async (server) => (await only(server)).subtasks.map((step) => `${step.completed ? 'x' : '-'} ${step.title}`).join();
const clean = async (page) => {
  const result = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  assert.deepEqual(result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join('\n  ')}`), []);
};

scenario('steps are added, ticked, renamed, moved and removed by keyboard, and show on the row', async ({ page, server }) => {
  await row(page, 'Pack').click();
  const add = details(page).getByLabel('Add a step');
  for (const title of ['tent', 'stove', 'rope']) {
    await add.fill(title);
    await add.press('Enter');
  }
  await until('three steps', async () => (await steps(server)) === '- tent,- stove,- rope');
  await row(page, 'Pack').getByText('0 of 3 steps done').waitFor();
  await details(page).getByRole('checkbox', { name: 'Complete: stove' }).press('Space');
  await row(page, 'Pack').getByText('1 of 3 steps done').waitFor();
  await details(page).getByLabel('Step 2').press('Alt+ArrowUp');
  await until('moved', async () => (await steps(server)) === 'x stove,- tent,- rope');
  // The focus went along.
  await page.keyboard.press('Alt+ArrowDown');
  await until('moved back', async () => (await steps(server)) === '- tent,x stove,- rope');
  await details(page).getByLabel('Step 3').fill('two ropes');
  await details(page).getByLabel('Step 3').press('Enter');
  await until('renamed', async () => (await steps(server)) === '- tent,x stove,- two ropes');
  await clean(page);
  await details(page).getByRole('button', { name: 'Remove tent' }).press('Enter');
  await until('removed', async () => (await steps(server)) === 'x stove,- two ropes');
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await until('it is back', async () => (await steps(server)) === '- tent,x stove,- two ropes');
  assert.equal(await page.getByRole('dialog').count(), 0, 'nothing is asked');
  await page.reload();
  await row(page, 'Pack').getByText('1 of 3 steps done').waitFor();
  await details(page).getByText('History', { exact: true }).click();
  await details(page).getByText('Step renamed').waitFor();
  await details(page).locator('ins', { hasText: 'two ropes' }).first().waitFor();
}, { prepare: (server) => server.create('Pack') });

scenario('a todo comes again as it is said in plain words, with what follows, done, skipped and taken back', async ({ page, server }) => {
  await row(page, 'Water').click();
  const pane = details(page);
  const series = async () => (await only(server)).recurrence;
  const next = async () => pane.getByRole('list', { name: 'Comes again' }).getByRole('listitem').allTextContents();
  await repeat(page).selectOption('Weekly');
  await until('weekly', async () => (await series())?.rule === 'FREQ=WEEKLY;BYDAY=MO');
  await pane.getByRole('button', { name: 'Thu' }).click();
  await until('twice a week', async () => (await series())?.rule === 'FREQ=WEEKLY;BYDAY=MO,TH');
  await pane.getByText('Every week on Monday and Thursday').waitFor();
  const previewed = (count, first) => until(`${count} more`, async () => ((all) => all.length === count && first.test(all[0]))(await next()));
  await previewed(5, /Thu.*5 Jan 2090/);
  await clean(page);
  await repeat(page).selectOption('Monthly');
  await pane.getByLabel('On which day of the month').selectOption('on the first Monday');
  await pane.getByLabel('Every').fill('2');
  await pane.getByLabel('Every').press('Tab');
  await pane.getByLabel('Ends').selectOption('After a number of times');
  await pane.getByLabel('How many times').fill('3');
  await pane.getByLabel('How many times').press('Tab');
  await until('the rule', async () => (await series())?.rule === 'FREQ=MONTHLY;INTERVAL=2;COUNT=3;BYDAY=1MO');
  await pane.getByText('Every 2 months on the first Monday, 3 times').waitFor();
  await previewed(2, /Mar 2090/);
  await pane.getByText('Then it is over.').waitFor();
  await pane.getByLabel('Counted from').selectOption('From when it was done');
  await until('from completion', async () => (await series()).from === 'completion');
  await clean(page);
  await pane.getByLabel('Counted from').selectOption('From when it was due');
  await pane.getByLabel('Ends').selectOption('On a day');
  await until('until', async () => (await series()).rule === 'FREQ=MONTHLY;INTERVAL=2;UNTIL=20910102;BYDAY=1MO');
  const due = async () => (await only(server)).due.local;
  await row(page, 'Water').getByRole('checkbox').click();
  await messages(page).getByText(/Done\. Next: Mon.*6 Mar 2090/).waitFor();
  assert.equal(await due(), '2090-03-06');
  await sees(page, ['Water']);
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await until('as before', async () => (await due()) === '2090-01-02');
  await pane.getByRole('button', { name: 'Skip this time' }).click();
  await messages(page).getByText(/Skipped\. Next: .*6 Mar 2090/).waitFor();
  await pane.getByText('History', { exact: true }).click();
  await pane.getByText('Skipped this time').waitFor();
  await repeat(page).selectOption('Never');
  await until('never', async () => (await series()) === null);
  await page.keyboard.press('Escape');
  await details(page).waitFor({ state: 'detached' });
  await page.locator('body').press('Control+z');
  await until('again', async () => (await series()) !== null);
}, { prepare: (server) => server.create({ title: 'Water', due: { local: '2090-01-02', zone: 'Europe/Berlin' } }) });

scenario('from right to left, in Arabic, everything of it has its words', async ({ page }) => {
  await page.locator('[role=row][data-id]').click();
  const pane = page.locator('main ~ aside');
  await pane.getByText('كل أسبوعين').first().waitFor();
  await pane.getByText('الخطوات').first().waitFor();
  assert.doesNotMatch(await pane.locator('section').allInnerTexts().then((all) => all.join(' ')), /Repeat|Steps|Remind|Every/);
  await clean(page);
}, { prepare: (server) => server.create({ title: 'ماء', due: { local: '2090-01-02', zone: 'Europe/Berlin' }, recurrence: { rule: 'FREQ=WEEKLY;INTERVAL=2' }, subtasks: [{ title: 'خطوة' }] }), locale: 'ar-EG' });

scenario('many are completed, and what comes again among them is due again, not done', async ({ page, server }) => {
  await row(page, 'Water').click({ modifiers: ['Control'] });
  await row(page, 'Once').click({ modifiers: ['Control'] });
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await sees(page, ['Water']);
  await row(page, 'Water').getByText('9 Jan 2090').waitFor();
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await until('both are open', async () => (await server.titles('status=open')).length === 2);
  await row(page, 'Once').waitFor();
  await row(page, 'Water').getByText('2 Jan 2090').waitFor();
}, { prepare: async (server) => {
  await server.create({ title: 'Water', order: 1, due: { local: '2090-01-02', zone: 'Europe/Berlin' }, recurrence: { rule: 'FREQ=WEEKLY' } });
  await server.create({ title: 'Once', order: 2 });
} });
