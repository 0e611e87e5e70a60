//! Searches with a slip of the pen, for stores that forgive it.

use ports::{Sort, TodoQuery, TodoRow};

use super::{Views, everything};
use crate::samples::{fresh_user, row, row_with, tags, text};

fn search(words: &str) -> TodoQuery {
    TodoQuery { search: Some(words.to_owned()), ..everything() }
}

pub(super) async fn similar_words_are_found(views: Views) {
    if !views.forgiving {
        return;
    }
    let (me, other) = (fresh_user(), fresh_user());
    let shop = row_with(&me, "Buy groceries", |row| row.todo.description = Some(text("and a Geburtstagsgeschenk")));
    let doctor = row_with(&me, "Call the dentist", |row| row.todo.tags = tags(&["Arzttermin"]));
    let theirs = row(&other, "restaurant reservation");
    views.put(&[shop.clone(), doctor.clone(), theirs]).await;
    let cases: [(&str, &[&TodoRow]); 10] = [
        ("grocries", &[&shop]),
        ("Grocereis", &[&shop]),
        ("dentits", &[&doctor]),
        ("Geburstagsgeschenk", &[&shop]),
        // In any field, beside words that are right; diacritics and case never count.
        ("arzttermim call", &[&doctor]),
        ("dèntits", &[&doctor]),
        ("grocries dentits", &[]),
        // What is like nothing finds nothing, and another's words are not one's own.
        ("xylophone", &[]),
        ("restaurnat", &[]),
        // A phrase stands as it is.
        ("\"grocries\"", &[]),
    ];
    for (words, found) in cases {
        views.expect_set(&me, &search(words), found, &format!("a search for {words:?}")).await;
    }
}

pub(super) async fn known_words_are_taken_at_their_word(views: Views) {
    if !views.forgiving {
        return;
    }
    let me = fresh_user();
    let form = row(&me, "fill in the form");
    let from = row(&me, "letter from Anna");
    let numbers = row(&me, "invoice 12345");
    views.put(&[form.clone(), from.clone(), numbers.clone()]).await;
    views.expect_set(&me, &search("form"), &[&form], "a word that is there").await;
    views.expect_set(&me, &search("lett"), &[&from], "the beginning of one that is there").await;
    views.expect_set(&me, &search("12346"), &[], "a number is no slip for another").await;
    // A word that comes later is known from then on.
    views.expect_set(&me, &search("lettre"), &[&from], "a slip").await;
    let french = row(&me, "lettre");
    views.put(std::slice::from_ref(&french)).await;
    views.expect_set(&me, &search("lettre"), &[&french], "no slip any more").await;
}

pub(super) async fn slips_page_and_sort_like_any_search(views: Views) {
    if !views.forgiving {
        return;
    }
    let me = fresh_user();
    let rows: Vec<_> = (0..7).map(|number| row(&me, &format!("{number} telephone"))).collect();
    views.put(&rows).await;
    views.put(&[row(&me, "nothing of that")]).await;
    let mut query = TodoQuery { sort: Sort::Title, limit: 3, ..search("telefphone") };
    let mut seen = vec![];
    for page in 0..3 {
        let rows = views.reader.todos(&me, &query).await.expect("a page");
        seen.extend(rows.rows.iter().map(|row| row.id));
        assert_eq!(rows.next.is_some(), page < 2, "page {page}");
        query.after = rows.next;
    }
    assert_eq!(seen, rows.iter().map(|row| row.id).collect::<Vec<_>>());
}
