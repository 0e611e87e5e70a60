use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use async_trait::async_trait;
use domain::{ListId, PersonId, TodoId, UserId};
use jiff::Timestamp;
use ports::{
    Completion, Count, Counts, DueBounds, FeedPosition, FeedPositionError, ListRow, MAX_INVITATIONS, Named, Page, PersonRow, Sort,
    TodoQuery, TodoRow, ViewReader, ViewStore, ViewsError,
};
use tokio::sync::watch;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Views in memory: the plainest statement of what [`ViewReader`] and [`ViewStore`] promise.
#[derive(Debug, Default)]
pub struct MemoryViews {
    kept: watch::Sender<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    rows: HashMap<TodoId, TodoRow>,
    people: HashMap<PersonId, PersonRow>,
    lists: BTreeMap<ListId, ListRow>,
    offsets: BTreeMap<i32, i64>,
    /// Where each page ended, by its cursor's number: a cursor outlives the row that it names.
    cursors: Vec<(Sort, TodoRow)>,
}

#[async_trait]
impl ViewReader for MemoryViews {
    async fn todo(&self, viewer: &UserId, id: TodoId) -> Result<Option<TodoRow>, ViewsError> {
        let kept = self.kept.borrow();
        Ok(kept.rows.get(&id).filter(|row| kept.sees(viewer, row)).cloned())
    }

    async fn todos(&self, viewer: &UserId, query: &TodoQuery) -> Result<Page, ViewsError> {
        let mut page = None;
        self.kept.send_if_modified(|kept| {
            page = Some(kept.page(viewer, query));
            false
        });
        page.unwrap_or(Err(ViewsError::BadCursor))
    }

    async fn person(&self, viewer: &UserId) -> Result<PersonRow, ViewsError> {
        let found = self.kept.borrow().people.get(&PersonId::of(viewer)).cloned();
        Ok(found.unwrap_or_else(|| PersonRow::nothing(viewer)))
    }

    async fn lists(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        Ok(self.kept.borrow().lists.values().filter(|row| row.list.seen_by(viewer).is_some()).cloned().collect())
    }

    async fn invitations(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError> {
        let kept = self.kept.borrow();
        let invites = |row: &&ListRow| !row.list.deleted && row.list.invitations.contains_key(viewer);
        Ok(kept.lists.values().filter(invites).take(MAX_INVITATIONS).cloned().collect())
    }

    async fn list_size(&self, id: ListId) -> Result<u64, ViewsError> {
        Ok(self.kept.borrow().rows.values().filter(|row| row.todo.list == id && !row.todo.deleted).count() as u64)
    }

    async fn sees(&self, viewer: &UserId, id: TodoId) -> Result<Option<bool>, ViewsError> {
        let kept = self.kept.borrow();
        Ok(kept.rows.get(&id).map(|row| kept.sees(viewer, row)))
    }

    async fn naming(&self, person: &UserId) -> Result<Named, ViewsError> {
        let kept = self.kept.borrow();
        let (lists, owned) = Named::lists_of(person, kept.lists.values());
        let todos = kept.rows.values().filter(|row| Named::has(person, &owned, &row.todo)).map(|row| row.id).collect();
        Ok(Named { todos, lists })
    }

    async fn counts(&self, viewer: &UserId, due: &DueBounds) -> Result<Counts, ViewsError> {
        let kept = self.kept.borrow();
        Ok(counts(kept.rows.values().filter(|row| kept.sees(viewer, row)), due))
    }

    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, ViewsError> {
        let shown = |kept: &Kept| {
            positions.iter().all(|(id, version)| {
                let todo = id.parse().ok().and_then(|id: TodoId| kept.rows.get(&id)).map(|row| row.version);
                let person = || id.parse().ok().and_then(|id: PersonId| kept.people.get(&id)).map(|row| row.version);
                let list = || id.parse().ok().and_then(|id: ListId| kept.lists.get(&id)).map(|row| row.version);
                todo.or_else(person).or_else(list).is_some_and(|shown| shown >= *version)
            })
        };
        let mut kept = self.kept.subscribe();
        Ok(tokio::time::timeout(patience, kept.wait_for(shown)).await.is_ok())
    }

    async fn ready(&self) -> Result<(), ViewsError> {
        Ok(())
    }
}

#[async_trait]
impl FeedPosition for MemoryViews {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        Ok(self.kept.borrow().offsets.iter().map(|(partition, offset)| (*partition, *offset)).collect())
    }
}

#[async_trait]
impl ViewStore for MemoryViews {
    async fn rows(&self, ids: &[TodoId]) -> Result<Vec<TodoRow>, ViewsError> {
        let kept = self.kept.borrow();
        Ok(ids.iter().filter_map(|id| kept.rows.get(id)).cloned().collect())
    }

    async fn people(&self, ids: &[PersonId]) -> Result<Vec<PersonRow>, ViewsError> {
        let kept = self.kept.borrow();
        Ok(ids.iter().filter_map(|id| kept.people.get(id)).cloned().collect())
    }

    async fn list_rows(&self, ids: &[ListId]) -> Result<Vec<ListRow>, ViewsError> {
        let kept = self.kept.borrow();
        Ok(ids.iter().filter_map(|id| kept.lists.get(id)).cloned().collect())
    }

    async fn store_all(&self, rows: &[TodoRow], people: &[PersonRow], lists: &[ListRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError> {
        self.kept.send_modify(|kept| {
            for list in lists {
                if kept.lists.get(&list.id).is_none_or(|stored| stored.version < list.version) {
                    kept.lists.insert(list.id, list.clone());
                }
            }
            for row in rows {
                if kept.rows.get(&row.id).is_none_or(|stored| stored.version < row.version) {
                    kept.rows.insert(row.id, row.clone());
                }
            }
            for person in people {
                if kept.people.get(&person.id).is_none_or(|stored| stored.version < person.version) {
                    kept.people.insert(person.id, person.clone());
                }
            }
            kept.offsets.extend(offsets.iter().copied());
        });
        Ok(())
    }
}

impl Kept {
    fn sees(&self, viewer: &UserId, row: &TodoRow) -> bool {
        if !row.todo.list.has_members() {
            return row.todo.owner == *viewer;
        }
        self.lists.get(&row.todo.list).is_some_and(|row| !row.list.deleted && row.list.role_of(viewer).is_some())
    }

    fn page(&mut self, viewer: &UserId, query: &TodoQuery) -> Result<Page, ViewsError> {
        let after = match query.after.as_deref().map(|cursor| cursor.parse().ok().and_then(|at: usize| self.cursors.get(at))) {
            None => None,
            Some(Some((sort, last))) if *sort == query.sort => Some(last.clone()),
            Some(_) => return Err(ViewsError::BadCursor),
        };
        let mut rows: Vec<_> = self.rows.values().filter(|row| self.sees(viewer, row) && meets(row, query)).cloned().collect();
        rows.sort_by(|left, right| compare(query.sort, left, right));
        if let Some(last) = after {
            rows.retain(|row| compare(query.sort, row, &last).is_gt());
        }
        let more = rows.len() > query.limit;
        rows.truncate(query.limit);
        let next = rows.last().filter(|_| more).map(|last| {
            self.cursors.push((query.sort, last.clone()));
            (self.cursors.len() - 1).to_string()
        });
        Ok(Page { rows, next })
    }
}

/// What counting `rows` one by one gives.
pub(crate) fn counts<'a>(rows: impl Iterator<Item = &'a TodoRow>, bounds: &DueBounds) -> Counts {
    fn count(into: &mut Count, row: &TodoRow) {
        *if row.todo.completed { &mut into.completed } else { &mut into.open } += 1;
    }
    fn most<K: Ord>(counted: BTreeMap<K, Count>) -> Vec<(K, Count)> {
        let mut counted: Vec<_> = counted.into_iter().collect();
        // Stable: by name where they are equal.
        counted.sort_by_key(|(_, count)| Reverse((count.open, count.completed)));
        counted.truncate(Counts::MOST);
        counted
    }
    let mut counts = Counts::default();
    let (mut lists, mut tags) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        if row.todo.deleted {
            counts.deleted += 1;
            continue;
        }
        count(&mut counts.all, row);
        count(lists.entry(row.todo.list).or_default(), row);
        row.todo.tags.as_set().iter().for_each(|tag| count(tags.entry(tag.clone()).or_default(), row));
        if let Some(due) = due(row).filter(|_| !row.todo.completed) {
            counts.overdue += u64::from(due < bounds.now);
            counts.today += u64::from(bounds.today <= due && due < bounds.tomorrow);
            counts.upcoming += u64::from(bounds.tomorrow <= due);
        }
    }
    Counts { lists: most(lists), tags: most(tags), ..counts }
}

/// Whether `row` is one that `query` asks for.
pub(crate) fn meets(row: &TodoRow, query: &TodoQuery) -> bool {
    let todo = &row.todo;
    let state = match query.completion {
        Completion::Any => !todo.deleted,
        Completion::Open => !todo.deleted && !todo.completed,
        Completion::Completed => !todo.deleted && todo.completed,
        Completion::Deleted => todo.deleted,
    };
    state
        && query.list.is_none_or(|list| todo.list == list)
        && query.tags.iter().all(|tag| todo.tags.as_set().contains(tag))
        && query.priority.is_none_or(|priority| todo.priority == Some(priority))
        && query.due_from.is_none_or(|from| due(row).is_some_and(|due| due >= from))
        && query.due_before.is_none_or(|before| due(row).is_some_and(|due| due < before))
        && !(query.undated && due(row).is_some())
        && query.search.as_deref().is_none_or(|search| found(row, search))
}

fn due(row: &TodoRow) -> Option<Timestamp> {
    row.todo.due.as_ref()?.moment()
}

/// How two rows stand to each other. Ties go by id, ascending whichever way the sort goes.
pub(crate) fn compare(sort: Sort, left: &TodoRow, right: &TodoRow) -> Ordering {
    let by = match sort {
        Sort::Order => {
            let key = |row: &TodoRow| row.todo.order.map_or(f64::INFINITY, |order| order.get());
            key(left).total_cmp(&key(right)).then(left.created_at.cmp(&right.created_at))
        }
        Sort::Created => left.created_at.cmp(&right.created_at),
        Sort::UpdatedDescending => right.updated_at.cmp(&left.updated_at),
        Sort::Due => due(left).is_none().cmp(&due(right).is_none()).then(due(left).cmp(&due(right))),
        Sort::PriorityDescending => Reverse(left.todo.priority).cmp(&Reverse(right.todo.priority)),
        Sort::Title => left.todo.title.expose().to_lowercase().cmp(&right.todo.title.expose().to_lowercase()),
    };
    by.then(left.id.cmp(&right.id))
}

/// Whether title, description and tags together have each of the words and phrases of `search`.
fn found(row: &TodoRow, search: &str) -> bool {
    let todo = &row.todo;
    let fields = [Some(todo.title.expose()), todo.description.as_ref().map(|description| description.expose())];
    let tags = todo.tags.as_set().iter().map(|tag| tag.expose());
    let texts: Vec<Vec<String>> = fields.into_iter().flatten().chain(tags).map(words).collect();
    // Every second part stands between quotation marks.
    search.split('"').enumerate().all(|(part, terms)| {
        let terms = words(terms);
        let phrase = part % 2 == 1;
        if phrase && !terms.is_empty() {
            return texts.iter().any(|text| text.windows(terms.len()).any(|window| window == terms));
        }
        terms.iter().all(|term| texts.iter().flatten().any(|word| word.starts_with(term)))
    })
}

/// What a reader would call the words of `text`, without case and diacritics.
fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
