//! The contract of [`ViewStore`] and [`ViewReader`] together: what is stored is what is seen.

mod counting;
mod erasing;
mod filters;
mod lists;
mod many;
mod paging;
mod people;
mod rows;
mod search;
mod slips;
mod sorting;
mod waiting;

use std::{any::Any, collections::BTreeSet, sync::Arc};

use domain::{TodoId, UserId};
use ports::{TodoQuery, TodoRow, ViewReader, ViewStore};

/// Views to be tested: the two ports on one and the same store.
pub struct Views {
    /// Where rows go in.
    pub store: Arc<dyn ViewStore>,
    /// Where they come out.
    pub reader: Arc<dyn ViewReader>,
    /// Whether a search forgives slips of the pen.
    pub forgiving: bool,
    /// What must live as long as the two: a temporary folder, a server.
    pub keep: Box<dyn Any>,
}

impl Views {
    /// Views that are both ports in one.
    pub fn of<V: ViewStore + ViewReader + 'static>(views: V) -> Self {
        let views = Arc::new(views);
        Self { store: views.clone(), reader: views, forgiving: false, keep: Box::new(()) }
    }

    /// Stores `rows` without moving the feed's offsets.
    async fn put(&self, rows: &[TodoRow]) {
        self.store.store(rows, &[]).await.expect("rows are stored");
    }

    /// The rows of `query`, on one page.
    async fn see(&self, viewer: &UserId, query: &TodoQuery) -> Vec<TodoRow> {
        let page = self.reader.todos(viewer, query).await.expect("views answer");
        assert_eq!(page.next, None, "all rows fit on one page, so there is no next one: {query:?}");
        page.rows
    }

    /// Checks that `query` gives exactly `expected`, in whatever order.
    async fn expect_set(&self, viewer: &UserId, query: &TodoQuery, expected: &[&TodoRow], case: &str) {
        let ids = |rows: &mut dyn Iterator<Item = TodoId>| rows.collect::<BTreeSet<_>>();
        let rows = self.see(viewer, query).await;
        let (seen, wanted) = (ids(&mut rows.iter().map(|row| row.id)), ids(&mut expected.iter().map(|row| row.id)));
        assert_eq!(rows.len(), seen.len(), "{case}: a row came twice");
        assert_eq!(seen, wanted, "{case}: {query:?}");
    }

    /// Checks that `query` gives exactly `expected`, in that order.
    async fn expect_order(&self, viewer: &UserId, query: &TodoQuery, expected: &[&TodoRow], case: &str) {
        let seen: Vec<_> = self.see(viewer, query).await.iter().map(|row| row.id).collect();
        let wanted: Vec<_> = expected.iter().map(|row| row.id).collect();
        assert_eq!(seen, wanted, "{case}: {query:?}");
    }
}

/// A query for everything that is not in the trash, on one page.
fn everything() -> TodoQuery {
    TodoQuery { limit: 1000, ..TodoQuery::default() }
}

/// Holds what `fresh` makes to the whole contract. `fresh` is asked once for each case; only the first case needs its
/// views to be empty, the others look at people of their own.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(fresh: impl AsyncFn() -> Views) {
    macro_rules! cases {
        ($($module:ident::$case:ident),* $(,)?) => { $(Box::pin($module::$case(fresh().await)).await;)* };
    }
    cases![
        rows::offsets_move_with_the_rows,
        rows::a_row_comes_back_as_it_was_stored,
        rows::only_a_higher_version_replaces_a_row,
        rows::one_batch_may_name_a_todo_twice,
        rows::batches_may_be_empty_or_large,
        rows::rows_and_offsets_are_seen_together,
        rows::nobody_sees_what_is_not_theirs,
        rows::it_says_when_it_is_ready,
        filters::each_filter_alone,
        filters::due_filters_meet_instants_not_wall_clocks,
        filters::filters_combine,
        filters::a_tag_is_matched_whole,
        sorting::by_hand,
        sorting::by_time,
        sorting::by_due_instant,
        sorting::by_priority,
        sorting::by_title,
        paging::every_sort_gives_each_row_once,
        paging::paging_survives_changes,
        paging::a_foreign_or_damaged_cursor_is_refused,
        search::words_are_prefixes_in_any_field,
        search::phrases_stand_as_they_are,
        search::case_and_diacritics_do_not_matter,
        search::punctuation_separates_words,
        search::no_search_is_an_error,
        search::search_follows_changes,
        slips::similar_words_are_found,
        slips::known_words_are_taken_at_their_word,
        slips::slips_page_and_sort_like_any_search,
        many::whatever_is_searched_for_is_found_among_many,
        counting::of_nothing_there_is_nothing,
        counting::counts_are_those_of_the_rows,
        counting::only_the_most_used_are_told,
        people::what_people_keep_comes_back,
        people::people_are_waited_for_as_todos_are,
        lists::lists_come_back_to_those_who_may_know,
        lists::invitations_are_shown_to_whom_they_are_for,
        lists::what_is_in_a_list_is_seen_by_its_members_alone,
        lists::lists_are_waited_for_as_todos_are,
        erasing::whatever_names_somebody_is_found,
        erasing::of_an_erased_person_nothing_is_seen_or_counted,
        waiting::what_is_shown_needs_no_waiting,
        waiting::waiting_ends_when_it_is_shown,
        waiting::patience_ends,
    ];
}
