//! What a search finds.

use ports::{TodoQuery, TodoRow};

use super::{Views, everything};
use crate::samples::{fresh_user, row, row_with, tags, text};

fn search(words: &str) -> TodoQuery {
    TodoQuery { search: Some(words.to_owned()), ..everything() }
}

async fn check(views: &Views, rows: &[&TodoRow], expected: &[(&str, &[&TodoRow])]) {
    views.put(&rows.iter().copied().cloned().collect::<Vec<_>>()).await;
    let owner = &rows[0].todo.owner;
    for (words, found) in expected {
        views.expect_set(owner, &search(words), found, &format!("a search for {words:?}")).await;
    }
}

pub(super) async fn words_are_prefixes_in_any_field(views: Views) {
    let me = fresh_user();
    let milk = row_with(&me, "Buy oat milk", |row| row.todo.description = Some(text("from the corner shop\nbefore noon")));
    let almilk = row(&me, "The almilk thing");
    let tagged = row_with(&me, "Call the shop", |row| row.todo.tags = tags(&["milky way", "phone"]));
    check(
        &views,
        &[&milk, &almilk, &tagged],
        &[
            ("milk", &[&milk, &tagged]),
            ("mil", &[&milk, &tagged]),
            ("milky", &[&tagged]),
            ("ilk", &[]),
            ("way", &[&tagged]),
            ("noon", &[&milk]),
            ("shop", &[&milk, &tagged]),
            // Words may be in different fields, in any order, with any space around; all must be there.
            ("  shop\tmilk ", &[&milk, &tagged]),
            ("shop oat", &[&milk]),
            ("phone shop way", &[&tagged]),
            ("milk absent", &[]),
            ("milk milk", &[&milk, &tagged]),
            // No word is too common, none is reduced to its stem.
            ("the", &[&milk, &almilk, &tagged]),
            ("buying", &[]),
            ("thing", &[&almilk]),
        ],
    )
    .await;
    let narrowed = TodoQuery { tags: vec![text("phone")], ..search("shop") };
    views.expect_set(&me, &narrowed, &[&tagged], "a search within a tag").await;
}

pub(super) async fn phrases_stand_as_they_are(views: Views) {
    let me = fresh_user();
    let there = row_with(&me, "Shopping", |row| row.todo.description = Some(text("get oat milk today")));
    let turned = row(&me, "milk with oat");
    let apart = row(&me, "oat or soy milk");
    let tagged = row_with(&me, "Breakfast", |row| row.todo.tags = tags(&["Oat Milk"]));
    check(
        &views,
        &[&there, &turned, &apart, &tagged],
        &[
            ("\"oat milk\"", &[&there, &tagged]),
            ("\"OAT  milk\"", &[&there, &tagged]),
            ("\"milk oat\"", &[]),
            ("oat milk", &[&there, &turned, &apart, &tagged]),
            // A phrase is made of whole words.
            ("\"oat mil\"", &[]),
            ("\"mil\"", &[]),
            ("\"milk\"", &[&there, &turned, &apart, &tagged]),
            // Phrases and words together.
            ("\"oat milk\" tod", &[&there]),
            ("shop \"oat milk\" \"get\"", &[&there]),
            ("\"oat milk\" soy", &[]),
        ],
    )
    .await;
}

pub(super) async fn case_and_diacritics_do_not_matter(views: Views) {
    let me = fresh_user();
    let composed = row(&me, "Crème brûlée im Café");
    let decomposed = row(&me, "cafe\u{301} mit Mu\u{308}sli");
    let greek = row_with(&me, "ΛΌΓΟΣ", |row| row.todo.tags = tags(&["ÉTÉ"]));
    check(
        &views,
        &[&composed, &decomposed, &greek],
        &[
            ("creme", &[&composed]),
            ("CRÈME BRULEE", &[&composed]),
            ("cafe", &[&composed, &decomposed]),
            ("CAFÉ", &[&composed, &decomposed]),
            ("cafe\u{301}", &[&composed, &decomposed]),
            ("musli", &[&decomposed]),
            ("MÜS", &[&decomposed]),
            ("λόγο", &[&greek]),
            ("ete", &[&greek]),
            ("\"brulee IM cafe\"", &[&composed]),
        ],
    )
    .await;
}

/// A word is a run of letters and digits, whatever the language's grammar or a computer's would make of the signs.
pub(super) async fn punctuation_separates_words(views: Views) {
    let me = fresh_user();
    let signs = row(&me, "bread/butter, e-mail (urgent!) to anna.lee@example.org re: snake_case & v2.10");
    let other = row(&me, "nothing of that");
    let hits =
        ["bread", "butter", "mail", "e-mail", "e mail", "urgent", "(urgent)", "lee", "anna", "example", "org", "case", "snake", "10", "v2"];
    let mut expected: Vec<(&str, &[&TodoRow])> = Vec::new();
    let found = [&signs];
    expected.extend(hits.iter().map(|hit| (*hit, found.as_slice())));
    expected.extend([("\"e-mail\"", found.as_slice()), ("\"bread butter\"", found.as_slice()), ("\"butter bread\"", &[])]);
    check(&views, &[&signs, &other], &expected).await;
}

/// Whatever a person types is a search, never a broken query; what it finds without any letter or digit is open.
pub(super) async fn no_search_is_an_error(views: Views) {
    let me = fresh_user();
    views.put(&[row(&me, "some title")]).await;
    let long = "word ".repeat(200);
    let odd = [
        "",
        " ",
        "\"",
        "\"\"",
        "\"\"\"",
        "\"some",
        "some\"",
        "*",
        "some*",
        "-",
        "-some",
        "+some",
        "^some",
        "(",
        "some)",
        "()",
        "'",
        "''",
        ":",
        ":*",
        "some:*",
        "title:some",
        "&",
        "|",
        "!",
        "!some",
        "some & | title",
        "<->",
        "some <-> title",
        "\\",
        "\\'",
        "%",
        "_",
        "AND",
        "OR",
        "NOT",
        "NEAR(some title)",
        "some AND",
        "NOT some",
        "{some}",
        "[",
        "🦀",
        "\u{301}",
        "\u{0}",
        "some\u{0}title",
        "\u{200d}",
        "$1",
        "?1",
        "日本",
        &long,
    ];
    for words in odd {
        let answer = views.reader.todos(&me, &search(words)).await;
        assert!(answer.is_ok(), "a search for {words:?} gave {answer:?}");
    }
    // Operators of the query languages below are words like others.
    for (words, hits) in [("some or title", 0), ("not some", 0), ("some* title", 1), ("-some", 1), ("zzz OR some", 0), ("title:some", 1)] {
        let rows = views.see(&me, &search(words)).await;
        assert_eq!(rows.len(), hits, "a search for {words:?}");
    }
}

pub(super) async fn search_follows_changes(views: Views) {
    let me = fresh_user();
    let before = row_with(&me, "old heading", |row| {
        row.todo.description = Some(text("old story"));
        row.todo.tags = tags(&["old-label", "kept"]);
    });
    views.put(std::slice::from_ref(&before)).await;
    views.expect_set(&me, &search("heading story label"), &[&before], "as it was").await;
    let mut after = before.clone();
    after.version += 1;
    (after.todo.title, after.todo.description, after.todo.tags) = (text("new title"), None, tags(&["kept"]));
    views.put(std::slice::from_ref(&after)).await;
    for gone in ["old", "heading", "story", "label"] {
        views.expect_set(&me, &search(gone), &[], &format!("{gone} is gone")).await;
    }
    views.expect_set(&me, &search("new kept"), &[&after], "as it is").await;
    views.put(std::slice::from_ref(&before)).await;
    views.expect_set(&me, &search("old"), &[], "an older row that comes late brings nothing back").await;

    after.version += 1;
    after.todo.deleted = true;
    views.put(std::slice::from_ref(&after)).await;
    views.expect_set(&me, &search("new"), &[], "the trash is not searched").await;
    let trash = TodoQuery { completion: ports::Completion::Deleted, ..search("new") };
    views.expect_set(&me, &trash, &[&after], "unless that is asked for").await;
}
