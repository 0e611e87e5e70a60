//! How SQLite answers what people ask most: along an index that is in the right order already.

use domain::{ListId, UserId, todo::Priority};
use ports::{Completion, Sort, TodoQuery, TodoRow};
use rusqlite::{Connection, params_from_iter};
use testkit::samples::{at, fresh_list_id, order, row_with, text, user};

use super::{
    query::{self, By, Select},
    schema,
};
use crate::views::{Cursor, terms};

const SORTS: [(Sort, &str); 6] = [
    (Sort::Order, "todos_by_place"),
    (Sort::Created, "todos_by_created"),
    (Sort::UpdatedDescending, "todos_by_updated"),
    (Sort::Due, "todos_by_due"),
    (Sort::PriorityDescending, "todos_by_priority"),
    (Sort::Title, "todos_by_title"),
];

struct Planner {
    connection: Connection,
    me: UserId,
    list: ListId,
    last: TodoRow,
    _folder: tempfile::TempDir,
}

impl Planner {
    /// Statistics are never gathered in this file, so plans do not depend on what is in it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection = schema::open(&folder.path().join("views.db")).unwrap();
        let me = user("me");
        let last = row_with(&me, "last", |row| row.todo.order = Some(order(1.0)));
        Self { connection, me, list: fresh_list_id(), last, _folder: folder }
    }

    fn plan(&self, query: &TodoQuery) -> String {
        self.explained(&query::plain(self.me.as_str(), query, By::Order).unwrap())
    }

    fn explained(&self, select: &Select) -> String {
        let mut explain = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {}", select.sql)).unwrap();
        let steps = explain.query_map(params_from_iter(&select.values), |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
    }

    /// The plan of the first page and of a later one.
    fn plans(&self, query: &TodoQuery) -> [String; 2] {
        let later = TodoQuery { after: Some(Cursor::behind(query.sort, &self.last)), ..query.clone() };
        [self.plan(query), self.plan(&later)]
    }
}

#[test]
fn every_sort_has_its_index_and_sorts_nothing() {
    let planner = Planner::new();
    for (sort, index) in SORTS {
        for completion in [Completion::Any, Completion::Open, Completion::Completed, Completion::Deleted] {
            let [first, later] = planner.plans(&TodoQuery { sort, completion, limit: 50, ..TodoQuery::default() });
            for plan in [&first, &later] {
                assert!(plan.contains(&format!("USING INDEX {index} ")), "{sort:?} {completion:?}: {plan}");
                assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN todos"), "{sort:?} {completion:?}: {plan}");
            }
            assert!(later.contains('>'), "a later page of {sort:?} begins in the middle of the index: {later}");
        }
    }
}

#[test]
fn a_list_by_hand_has_its_own_index() {
    let planner = Planner::new();
    for plan in planner.plans(&TodoQuery { list: Some(planner.list), limit: 50, ..TodoQuery::default() }) {
        assert!(plan.contains("USING INDEX todos_by_list ") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[test]
fn due_and_priority_narrow_their_index() {
    let planner = Planner::new();
    let due = TodoQuery { sort: Sort::Due, due_from: Some(at(0)), due_before: Some(at(9)), limit: 50, ..TodoQuery::default() };
    let [plan, _] = planner.plans(&due);
    assert!(plan.contains("todos_by_due (owner=? AND deleted=? AND due_at>? AND due_at<?)"), "{plan}");
    // By another order what is due is sifted out of that, without a look at the table.
    for bounds in [TodoQuery { sort: Sort::Title, ..due.clone() }, TodoQuery { sort: Sort::Title, undated: true, ..TodoQuery::default() }] {
        let [plan, _] = planner.plans(&bounds);
        assert!(plan.contains("USING INDEX todos_by_title (owner=? AND deleted=?)") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
    let urgent = TodoQuery { sort: Sort::PriorityDescending, priority: Some(Priority::Urgent), limit: 50, ..TodoQuery::default() };
    let [plan, _] = planner.plans(&urgent);
    assert!(plan.contains("todos_by_priority (owner=? AND deleted=? AND priority=?"), "{plan}");
}

#[test]
fn searches_and_tags_ask_the_index_of_words() {
    let planner = Planner::new();
    let search = TodoQuery { search: Some("oat mil".into()), limit: 50, ..TodoQuery::default() };
    let tag = TodoQuery { tags: vec![text("home")], limit: 50, ..TodoQuery::default() };
    for query in [search, tag] {
        let terms = terms(planner.me.as_str(), &query.tags, query.search.as_deref());
        let plan = planner.explained(&query::listed(planner.me.as_str(), &query, &terms.iter().collect::<Vec<_>>(), &[]).unwrap());
        assert!(
            plan.starts_with("SCAN todo_terms VIRTUAL TABLE INDEX") && plan.contains("SEARCH todos USING INTEGER PRIMARY KEY"),
            "{plan}"
        );
        let plan = planner.explained(&query::walked(planner.me.as_str(), &query, &terms).unwrap());
        assert!(plan.contains("USING INDEX todos_by_place ") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
