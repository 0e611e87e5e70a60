// Lists and the people in them: made, named, archived, thrown away and brought back; todos put into them; roles that hold.
import assert from 'node:assert/strict';
import { focused, open, quickAdd, row, scenario, seen, sees, types, until } from './support.js';

const names = async (server, query = '') => (await server.api('GET', `/lists${query}`)).value.map((list) => list.name);
const list = async (server, name) => (await server.api('POST', '/lists', { name })).value;
const side = (page) => page.getByRole('navigation', { name: 'Lists', exact: true });
const undo = (page) => page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' });
const dialogOf = (page) => page.getByRole('dialog', { name: 'People and settings of Trip' });
const titlesIn = async (server, name) => {
  const { id } = (await server.api('GET', '/lists')).value.find((one) => one.name === name);
  return (await server.titles(`list=${id}`)).sort().join();
};

scenario('a list is made, renamed, thrown away and brought back, by keyboard and by buttons', async ({ page, server }) => {
  await page.getByRole('button', { name: 'New list' }).click();
  await types(page, 'Garden');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Garden', level: 1 }).waitFor();
  assert.deepEqual(await names(server), ['Garden']);
  await quickAdd(page, 'Mow the lawn');
  await sees(page, ['Mow the lawn']);
  await until('it is in the list', async () => (await titlesIn(server, 'Garden')) === 'Mow the lawn');
  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.getByText('Nothing to do').waitFor();
  await side(page).getByRole('link', { name: 'Garden' }).focus();
  await page.keyboard.press('F2');
  await types(page, 'Yard');
  await page.keyboard.press('Enter');
  await side(page).getByRole('link', { name: 'Yard' }).waitFor();
  await until('the name', async () => (await names(server)).join() === 'Yard');
  await page.keyboard.press('Control+z');
  await side(page).getByRole('link', { name: 'Garden' }).click();
  await page.locator('main').getByRole('button', { name: 'People and settings of Garden' }).click();
  const dialog = page.getByRole('dialog', { name: 'People and settings of Garden' });
  await dialog.getByLabel('Description').fill('Everything **outside**');
  await dialog.getByLabel('Description').blur();
  await until('the description', async () => (await server.api('GET', '/lists')).value[0].description === 'Everything **outside**');
  await dialog.getByRole('button', { name: 'Delete list' }).click();
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  await until('it lies in the trash', async () => (await names(server, '?deleted=true')).join() === 'Garden');
  // The list goes first and what is in it after it: the way back is offered once all is done.
  await page.getByText('List “Garden” moved to the trash').waitFor();
  await undo(page).click();
  await page.getByRole('heading', { name: 'Garden', level: 1 }).waitFor();
  await sees(page, ['Mow the lawn']);
  await side(page).getByRole('link', { name: 'Garden' }).focus();
  await page.keyboard.press('Delete');
  await side(page).getByRole('link', { name: 'Garden' }).waitFor({ state: 'detached' });
  await page.getByText('List “Garden” moved to the trash').last().waitFor();
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByRole('button', { name: 'Restore: Garden' }).click();
  await side(page).getByRole('link', { name: 'Garden' }).click();
  await sees(page, ['Mow the lawn']);
});

scenario('an archived list changes no more and is out of the way until it is taken out', async ({ page, server }) => {
  await side(page).getByRole('link', { name: 'Old' }).click();
  await sees(page, ['late in the old']);
  await page.getByRole('button', { name: 'People and settings of Old' }).click();
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await page.getByRole('group', { name: '1 todo is open in it.' }).getByRole('button', { name: 'Archive as it is' }).click();
  await page.getByText('This list is archived').waitFor();
  await until('archived', async () => (await server.api('GET', '/lists')).value[0].archived);
  assert.equal(await page.locator('#quick-add').count(), 0);
  assert.ok(await row(page, 'late in the old').getByRole('checkbox').isDisabled());
  await page.getByRole('link', { name: /^Overdue/ }).click();
  await page.getByText('Nothing is late').waitFor();
  await side(page).getByText('1 archived').click();
  await side(page).getByRole('link', { name: 'Old' }).click();
  await page.getByRole('button', { name: 'Take out of the archive' }).click();
  await page.locator('#quick-add').waitFor();
  await page.getByRole('link', { name: /^Overdue/ }).click();
  await sees(page, ['late in the old']);
}, { prepare: async (server) => {
  const { id } = await list(server, 'Old');
  await server.create({ title: 'late in the old', list: id, due: { local: '2020-01-01', zone: 'Europe/Berlin' } });
} });

scenario('a list is archived with what is open in it completed, as one operation, and taken back whole', async ({ page, server }) => {
  await side(page).getByRole('link', { name: 'Old' }).click();
  await sees(page, ['one', 'two']);
  await page.getByRole('button', { name: 'People and settings of Old' }).click();
  await page.getByRole('button', { name: 'Archive', exact: true }).press('Enter');
  const choice = page.getByRole('group', { name: '2 todos are open in it.' });
  await focused(choice.getByRole('button', { name: 'Complete and archive' }));
  await page.keyboard.press('Enter');
  await page.getByText('This list is archived').waitFor();
  await sees(page, []);
  assert.deepEqual((await server.titles(`list=${server.old}&status=completed`)).sort(), ['done before', 'one', 'two']);
  await undo(page).click();
  await sees(page, ['one', 'two']);
  await page.locator('#quick-add').waitFor();
  assert.deepEqual(await server.titles(`list=${server.old}&status=completed`), ['done before']);
}, { prepare: async (server) => {
  server.old = (await list(server, 'Old')).id;
  for (const [order, title] of ['one', 'two'].entries()) await server.create({ title, order, list: server.old });
  await server.create({ title: 'done before', list: server.old, completed: true });
} });

scenario('todos are put into a list by the details, by keyboard, by dragging, and many at once', async ({ page, server }) => {
  await sees(page, ['one', 'two', 'three', 'four']);
  // The details' field, reached by a key.
  await row(page, 'one').focus();
  await page.keyboard.press('l');
  const field = page.getByRole('complementary', { name: 'Details' }).getByLabel('List', { exact: true });
  await focused(field);
  await field.selectOption({ label: 'Home' });
  await sees(page, ['two', 'three', 'four']);
  await until('one is there', async () => (await titlesIn(server, 'Home')) === 'one');
  await undo(page).click();
  await sees(page, ['one', 'two', 'three', 'four']);
  await page.keyboard.press('Control+Shift+z');
  await sees(page, ['two', 'three', 'four']);
  // Dragged onto the list.
  await row(page, 'two').hover();
  const from = await row(page, 'two').boundingBox();
  const to = await side(page).getByRole('link', { name: 'Home' }).boundingBox();
  await page.mouse.move(from.x + 6, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x - 40, from.y, { steps: 3 });
  await page.mouse.move(to.x + 50, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
  await sees(page, ['three', 'four']);
  await until('two is there', async () => (await titlesIn(server, 'Home')) === 'one,two');
  // Many at once.
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar', { name: 'Selection' }).getByLabel('List').selectOption({ label: 'Home' });
  await page.getByText('Nothing to do').waitFor();
  await side(page).getByRole('link', { name: 'Home' }).click();
  await until('all of them', async () => (await seen(page)).length === 4);
  await until('all are there', async () => (await titlesIn(server, 'Home')) === 'four,one,three,two');
  await row(page, 'one').click();
  await page.getByRole('complementary', { name: 'Details' }).getByText('History', { exact: true }).click();
  await page.locator('details li').getByText('Home').first().waitFor();
}, { prepare: async (server) => {
  for (const [order, title] of ['one', 'two', 'three', 'four'].entries()) await server.create({ title, order });
  await list(server, 'Home');
} });

scenario('the owner has people in a list, changes what they may, and puts them out; what a role forbids is not offered', async ({ page, server }) => {
  const name = server.named('ben');
  const roleOfBen = dialogOf(page).getByLabel(`Role of ${name}`);
  const membership = `/lists/${server.trip}/members/${name}`;
  await side(page).getByRole('link', { name: 'Trip' }).click();
  await page.getByRole('button', { name: 'People and settings of Trip' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel(/^Who/).fill(name);
  await dialog.getByLabel('Role', { exact: true }).selectOption('viewer');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await roleOfBen.waitFor();
  await dialog.getByText('2 people').waitFor();
  // What ben sees: a list that he may look at.
  const ben = await open(server, { token: await server.token('ben'), at: '#/inbox' });
  await side(ben).getByRole('link', { name: 'Trip' }).click();
  await sees(ben, ['Book a cabin']);
  await ben.getByText('You may look at this list').waitFor();
  assert.equal(await ben.locator('#quick-add').count(), 0);
  await row(ben, 'Book a cabin').click();
  assert.ok(await ben.getByRole('textbox', { name: 'Title' }).isDisabled());
  await ben.keyboard.press('Escape');
  // An editor, then.
  await roleOfBen.selectOption('editor');
  await until('an editor', async () => (await server.api('GET', membership)).value.role === 'editor');
  await ben.reload();
  await quickAdd(ben, 'Pack the tent');
  await until('two', async () => (await titlesIn(server, 'Trip')) === 'Book a cabin,Pack the tent');
  assert.equal(await ben.getByRole('button', { name: 'Delete list' }).count(), 0);
  // Refused by the list itself, and told: the owner stays.
  const put = await server.api('PUT', membership, { role: 'owner' });
  assert.equal(put.status, 422);
  await dialog.getByRole('button', { name: `Remove ${name}` }).click();
  await dialog.getByText('1 person').waitFor();
  await ben.reload();
  await ben.getByText('This list is not here').waitFor();
  assert.deepEqual(await server.titles('status=open').then((all) => all.sort()), ['Book a cabin', 'Pack the tent']);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await until('ben is back', async () => (await server.api('GET', membership)).value?.role === 'editor');
  // Given away, and left.
  await page.getByRole('button', { name: 'People and settings of Trip' }).click();
  await roleOfBen.selectOption('owner');
  await dialog.getByRole('button', { name: 'Leave list' }).click();
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  await until('ben alone', async () => (await names(server)).length === 0);
  assert.deepEqual(ben.faults, []);
}, { prepare: async (server) => {
  server.trip = (await list(server, 'Trip')).id;
  await server.create({ title: 'Book a cabin', list: server.trip });
} });

scenario('who brings a token that does not hold is asked for one, signs in as somebody else, and out again', async ({ page, server }) => {
  const dialog = page.getByRole('dialog', { name: 'Who are you?' });
  await dialog.waitFor();
  await dialog.getByLabel('Token').fill(await server.token('ana'));
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await sees(page, ['hers']);
  await page.getByText('Signed in as ana').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await sees(page, ['his']);
}, { token: 'nonsense', alone: 'who is nobody is the local person, whom all tests of the stack share', prepare: async (server) => {
  await server.create('his');
  await server.api('POST', '/todos', { title: 'hers' }, { Authorization: `Bearer ${await server.token('ana')}` });
} });
