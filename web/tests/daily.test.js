// Daily use: adding, completing, editing, ordering, choosing many, searching.
import assert from 'node:assert/strict';
import { quickAdd, row, scenario, seen, sees, types, until } from './support.js';

const three = async (server) => {
  for (const [order, title] of ['one', 'two', 'three'].entries()) await server.create({ title, order });
};

scenario('quick add shows what the server understood, and creates it', async ({ page, server }) => {
  await page.fill('#quick-add', 'Call mum tomorrow 5pm #family !high');
  const preview = page.locator('#quick-preview');
  await preview.getByText('Call mum').waitFor();
  const text = await preview.innerText();
  for (const part of ['Call mum', 'Tomorrow', '17:00', 'High', 'family']) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.deepEqual(await page.locator('.mirror mark').allInnerTexts(), ['tomorrow', '5pm', '#family', '!high']);
  await page.press('#quick-add', 'Enter');
  await row(page, 'Call mum').waitFor();
  assert.equal(await page.inputValue('#quick-add'), '');
  const todo = await until('the todo', async () => (await server.api('GET', '/todos')).value[0]);
  assert.deepEqual([todo.title, todo.tags, todo.priority, todo.due.zone], ['Call mum', ['family'], 'high', 'Europe/Berlin']);
  assert.match(todo.due.local, /T17:00:00$/);
});

scenario('smart lists hold what belongs into them', async ({ page }) => {
  for (const [view, title] of [['today', 'now due'], ['upcoming', 'due later'], ['overdue', 'was due'], ['done', 'is done'], ['trash', 'thrown away']]) {
    await page.goto(`${page.url().split('#')[0]}#/${view}`);
    await row(page, title).waitFor();
    const titles = await seen(page);
    assert.deepEqual(titles, view === 'today' ? ['was due', 'now due'] : [title], view);
  }
}, {
  prepare: async (server) => {
    const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    // UTC's day and Berlin's differ for an hour or two: both are then taken as today's by the zone of the todo's own day.
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format();
    const due = (local) => ({ local, zone: 'Europe/Berlin' });
    await server.create({ title: 'now due', due: due(today) });
    await server.create({ title: 'due later', due: due(day(3)) });
    await server.create({ title: 'was due', due: due(day(-3)) });
    await server.create({ title: 'is done', completed: true });
    const { id } = await server.create('thrown away');
    await server.api('DELETE', `/todos/${id}`);
  },
});

scenario('a todo is completed, reopened from Done, and edited in place', async ({ page, server }) => {
  await row(page, 'one').getByRole('checkbox').click();
  await sees(page, ['two', 'three']);
  await page.getByRole('link', { name: 'Done' }).click();
  await row(page, 'one').getByRole('checkbox').click();
  await page.getByRole('link', { name: 'Inbox' }).click();
  await sees(page, ['one', 'two', 'three']);
  await row(page, 'two').dblclick();
  await page.getByRole('textbox', { name: 'Edit title' }).fill('two and a half');
  await page.keyboard.press('Enter');
  await until('the new title', async () => (await server.titles()).includes('two and a half'));
}, { prepare: three });

scenario('every field is edited in the details', async ({ page, server }) => {
  await row(page, 'one').click();
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByLabel('Day', { exact: true }).fill('2031-05-06');
  await details.getByLabel('Time', { exact: true }).fill('08:30');
  await details.getByRole('button', { name: /Time zone/ }).click();
  await details.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await details.getByText('Urgent').click();
  await details.getByLabel('Tags').fill('work');
  await details.getByLabel('Tags').press('Enter');
  await details.getByRole('button', { name: 'Add a description' }).click();
  await details.getByLabel('Description', { exact: true }).fill('**bold** [link](https://example.org)\n\n- item');
  await details.getByLabel('Description', { exact: true }).press('Control+Enter');
  await details.locator('strong', { hasText: 'bold' }).waitFor();
  assert.equal(await details.locator('.text a').getAttribute('rel'), 'noopener noreferrer nofollow');
  const id = (await server.api('GET', '/todos')).value.find((todo) => todo.title === 'one').id;
  const todo = await until('all of it', async () => {
    const now = await server.get(id);
    return now.description && now.tags.length > 0 && now.due?.zone === 'Asia/Tokyo' && now;
  });
  assert.deepEqual([todo.due.local, todo.priority, todo.tags], ['2031-05-06T08:30:00', 'urgent', ['work']]);
}, { prepare: three });

scenario('a tag has a list of its own, and what is added there gets it', async ({ page, server }) => {
  await page.getByRole('link', { name: 'home' }).click();
  await sees(page, ['sweep']);
  await quickAdd(page, 'dust');
  await sees(page, ['dust', 'sweep']);
  await until('the tag', async () => (await server.titles('tag=home')).length === 2);
}, { prepare: async (server) => { await server.create({ title: 'sweep', tags: ['home'] }); await server.create('other'); } });

scenario('rows are reordered by dragging, and equally by keyboard', async ({ page, server }) => {
  await sees(page, ['one', 'two', 'three']);
  const from = await row(page, 'three').boundingBox();
  const to = await row(page, 'one').boundingBox();
  await row(page, 'three').hover();
  await page.mouse.move(from.x + 6, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 6, from.y - 10, { steps: 4 });
  await page.mouse.move(to.x + 6, to.y + 4, { steps: 6 });
  await page.mouse.up();
  await sees(page, ['three', 'one', 'two']);
  await row(page, 'three').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await sees(page, ['one', 'three', 'two']);
  await until('the same order on the server', async () => (await server.titles('sort=order')).join() === 'one,three,two');
}, { prepare: three });

scenario('what has no place yet can be ordered by hand, too', async ({ page, server }) => {
  const [first, second, third] = await server.titles('sort=order');
  await sees(page, [first, second, third]);
  await row(page, third).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await sees(page, [first, third, second]);
  await until('the same order on the server', async () => (await server.titles('sort=order')).join() === [first, third, second].join());
}, { prepare: async (server) => { for (const title of ['a', 'b', 'c']) await server.create(title); } });

scenario('many are chosen and changed together, with their progress, and taken back together', async ({ page, server }) => {
  await row(page, 'task 0').first().waitFor();
  await page.keyboard.press('Control+a');
  await page.getByText('60 selected').waitFor();
  // Held back until the progress was seen: a quick server would be done before.
  let proceed;
  const seen = new Promise((resolve) => (proceed = resolve));
  await page.route('**/api/v1/todos/*', async (route) => (await seen, route.continue()));
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await page.getByRole('progressbar').waitFor();
  proceed();
  await until('all are done', async () => (await server.titles('status=completed')).length === 60);
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await until('none is done', async () => (await server.titles('status=open')).length === 60);
  await row(page, 'task 0').first().click({ modifiers: ['Control'] });
  await row(page, 'task 3').first().click({ modifiers: ['Shift'] });
  await page.getByText('4 selected').waitFor();
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByRole('textbox', { name: 'Add a tag' }).fill('batch');
  await page.keyboard.press('Enter');
  await until('the tag', async () => (await server.titles('tag=batch')).length === 4);
}, { prepare: async (server) => { await Promise.all(Array.from({ length: 60 }, (_, order) => server.create({ title: `task ${order}`, order }))); } });

scenario('search finds every word by its beginning and marks it', async ({ page }) => {
  await page.keyboard.press('/');
  await page.fill('#search', 'mil');
  await sees(page, ['Buy milk']);
  assert.deepEqual(await row(page, 'Buy milk').locator('mark').allInnerTexts(), ['mil']);
  await page.fill('#search', 'nothing like it');
  await page.getByText('Nothing found').waitFor();
}, { prepare: async (server) => { await server.create('Buy milk'); await server.create('Buy bread'); } });

scenario('sample todos come and go by one click each', async ({ page, server }) => {
  await page.getByText('Nothing to do').waitFor();
  await page.getByRole('button', { name: 'Add sample todos' }).click();
  await until('samples', async () => (await server.titles()).length === 6);
  await page.getByRole('button', { name: 'Remove samples' }).click();
  await page.getByText('Nothing to do').waitFor();
  await until('none', async () => (await server.titles()).length === 0);
});

scenario('a search is kept as a filter and shown as a list', async ({ page }) => {
  await page.fill('#search', 'mil');
  await sees(page, ['Buy milk']);
  await page.getByRole('button', { name: 'Save filter' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Dairy');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: 'Dairy' }).click();
  await page.getByRole('heading', { name: 'Dairy', level: 1 }).waitFor();
  await sees(page, ['Buy milk']);
}, { at: '#/search', prepare: async (server) => { await server.create('Buy milk'); await server.create('Buy bread'); } });

scenario('a filter is renamed and removed by buttons and by keyboard, and each is taken back', async ({ page, server }) => {
  const kept = async () => (await server.api('GET', '/filters')).value.map((filter) => `${filter.name}: ${filter.query}`).join(', ');
  const link = (name) => page.getByRole('navigation', { name: 'Saved filters' }).getByRole('link', { name });
  const undo = page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' });
  await link('Dairy').click();
  await sees(page, ['Buy milk']);
  // By keyboard, in the sidebar.
  await link('Dairy').focus();
  await page.keyboard.press('F2');
  await types(page, 'Fridge');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Fridge', level: 1 }).waitFor();
  await until('the new name', async () => (await kept()) === 'Bakery: q=bread, Fridge: q=mil');
  await sees(page, ['Buy milk']);
  await undo.click();
  await page.getByRole('heading', { name: 'Dairy', level: 1 }).waitFor();
  await until('the old name', async () => (await kept()) === 'Bakery: q=bread, Dairy: q=mil');
  // A name that is taken is refused, and what was typed stays.
  await link('Dairy').focus();
  await page.keyboard.press('F2');
  await types(page, 'Bakery');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('There is a filter “Bakery” already').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Rename Dairy' }).inputValue(), 'Bakery');
  await page.keyboard.press('Escape');
  await link('Dairy').waitFor();
  assert.equal(await kept(), 'Bakery: q=bread, Dairy: q=mil');
  // By buttons, in the filter's own view.
  await page.locator('main').getByRole('button', { name: 'Rename Dairy' }).click();
  await page.getByRole('textbox', { name: 'Rename Dairy' }).fill('Milk & more');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Milk & more', level: 1 }).waitFor();
  await page.locator('main').getByRole('button', { name: 'Remove Milk & more' }).click();
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  await until('it is gone', async () => (await kept()) === 'Bakery: q=bread');
  await page.keyboard.press('Control+z');
  await page.getByRole('heading', { name: 'Milk & more', level: 1 }).waitFor();
  await until('it is back', async () => (await kept()) === 'Bakery: q=bread, Milk & more: q=mil');
  await link('Bakery').focus();
  await page.keyboard.press('Delete');
  await link('Bakery').waitFor({ state: 'detached' });
  await until('that one is gone', async () => (await kept()) === 'Milk & more: q=mil');
}, { prepare: async (server) => {
  await server.create('Buy milk');
  await server.create('Buy bread');
  await server.api('PUT', '/filters/Dairy', { query: 'q=mil' });
  await server.api('PUT', '/filters/Bakery', { query: 'q=bread' });
} });
