//! Pages coming out: of somebody who has few todos, and beside them of somebody who has many.

use std::time::{Duration, Instant};

use domain::{UserId, todo::Priority};
use ports::{Completion, DueBounds, Sort, TodoQuery, ViewReader};
use testkit::samples::text;

const TIMES: usize = 400;
/// A query that is slow is asked less often.
const ENOUGH: Duration = Duration::from_secs(8);
const GOAL: f64 = 2.0;

/// Median and 95th percentile.
type Percentiles = [Duration; 2];

/// Asks everything of each, and prints it side by side.
pub(crate) async fn compare(views: &impl ViewReader, people: [(&UserId, usize); 2]) {
    println!("  a page of 50 of {} todos and of {}:", people[0].1, people[1].1);
    for (what, query) in queries() {
        let asked = measure(async |nth| drop(views.todos(people[nth].0, &query).await.expect("a page"))).await;
        print(what, asked);
    }
    for (sort, what) in [(Sort::Created, "by creation, in the middle"), (Sort::Title, "by title, in the middle")] {
        let mut queries = vec![];
        for (viewer, count) in people {
            queries.push(middle(views, viewer, sort, count).await);
        }
        print(what, measure(async |nth| drop(views.todos(people[nth].0, &queries[nth]).await.expect("a page"))).await);
    }
    let instant = |text: &str| text.parse().expect("an instant");
    let due = DueBounds {
        now: instant("2026-06-15T12:00:00Z"),
        today: instant("2026-06-15T00:00:00Z"),
        tomorrow: instant("2026-06-16T00:00:00Z"),
    };
    print("counts", measure(async |nth| drop(views.counts(people[nth].0, &due).await.expect("counts"))).await);
}

fn queries() -> Vec<(&'static str, TodoQuery)> {
    let page = TodoQuery { limit: 50, ..TodoQuery::default() };
    let by = |sort| TodoQuery { sort, ..page.clone() };
    let search = |words: &str| TodoQuery { search: Some(words.to_owned()), ..page.clone() };
    let instant = |text: &str| Some(text.parse().expect("an instant"));
    let june = TodoQuery { due_from: instant("2026-06-01T00:00:00Z"), due_before: instant("2026-07-01T00:00:00Z"), ..by(Sort::Due) };
    vec![
        ("by hand", page.clone()),
        ("by creation", by(Sort::Created)),
        ("by last change", by(Sort::UpdatedDescending)),
        ("by due time", by(Sort::Due)),
        ("by priority", by(Sort::PriorityDescending)),
        ("by title", by(Sort::Title)),
        ("open, due in June", TodoQuery { completion: Completion::Open, ..june.clone() }),
        ("due in June, by title", TodoQuery { sort: Sort::Title, ..june.clone() }),
        (
            "open and urgent, by last change",
            TodoQuery { completion: Completion::Open, priority: Some(Priority::Urgent), ..by(Sort::UpdatedDescending) },
        ),
        ("tagged home, open, due in June", TodoQuery { completion: Completion::Open, tags: vec![text("home")], ..june }),
        ("tagged home, by hand", TodoQuery { tags: vec![text("home")], ..page.clone() }),
        ("tagged rare, by hand", TodoQuery { tags: vec![text("rare")], ..page.clone() }),
        ("search for a word of one in five", search("milk")),
        ("search for two such words", search("mil gard")),
        ("search for a rare word", search("number 777")),
        ("search for nothing that is there", search("nowhere")),
        ("search with a slip", search("dentits")),
    ]
}

/// The query for the page that begins in the middle.
async fn middle(views: &impl ViewReader, viewer: &UserId, sort: Sort, count: usize) -> TodoQuery {
    let mut query = TodoQuery { sort, limit: (count / 100).max(10), ..TodoQuery::default() };
    for _ in 0..50 {
        query.after = views.todos(viewer, &query).await.expect("a page").next;
    }
    TodoQuery { limit: 50, ..query }
}

/// Both in turn, so that whatever else the machine does meets both.
async fn measure(ask: impl AsyncFn(usize)) -> [Percentiles; 2] {
    let (mut times, begin) = ([vec![], vec![]], Instant::now());
    // Once for plans and caches.
    ask(0).await;
    ask(1).await;
    while times[1].len() < TIMES && (begin.elapsed() < ENOUGH || times[1].len() < 5) {
        for (nth, times) in times.iter_mut().enumerate() {
            let begin = Instant::now();
            ask(nth).await;
            times.push(begin.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        [times[times.len() / 2], times[times.len() * 95 / 100]]
    })
}

fn print(what: &str, [few, many]: [Percentiles; 2]) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let ratio = ms(many[1]) / ms(few[1]);
    let verdict = if ratio > GOAL { "  over the goal" } else { "" };
    println!(
        "    {what:<36} p50 {:>8.2} ms, p95 {:>8.2} ms; p50 {:>8.2} ms, p95 {:>8.2} ms: {ratio:.1} times{verdict}",
        ms(few[0]),
        ms(few[1]),
        ms(many[0]),
        ms(many[1])
    );
}
