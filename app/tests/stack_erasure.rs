//! A person's erasure on the real stack: nothing of them is in any table but the journal's, nor in Redis.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use support::stack::{PATIENCE, Stack};
use testkit::poll_until;
use testkit_http::ERASED_MARK;

/// Which tables have this in some column, but those of the journal: append-only, until its keys are destroyed.
fn tables_with(stack: &Stack, what: &str) -> Vec<String> {
    let tables = stack.sql(
        "SELECT schemaname || '.' || tablename FROM pg_tables
        WHERE schemaname IN ('public', 'views', 'analytics') AND tablename NOT LIKE 'journal%' AND tablename NOT LIKE '\\_%' ORDER BY 1",
    );
    assert!(tables.len() >= 10, "{tables:?}");
    let held = |table: &String| stack.sql(&format!("SELECT count(*) FROM {table} AS one WHERE strpos(one::text, '{what}') > 0")) != ["0"];
    tables.into_iter().filter(held).collect()
}

/// Which hashes in Redis have this in them: the actors' records.
fn records_with(stack: &Stack, what: &str) -> String {
    let script = "local c, n = '0', {} repeat local r = redis.call('SCAN', c, 'COUNT', 1000) c = r[1]
        for _, k in ipairs(r[2]) do if redis.call('TYPE', k).ok == 'hash' then
        local v = table.concat(redis.call('HGETALL', k), ' ') if string.find(v, ARGV[1], 1, true) then n[#n + 1] = k end end end
        until c == '0' return table.concat(n, ' ')";
    stack.redis(&["EVAL", script, "0", what]).trim().to_owned()
}

#[tokio::test]
async fn stack_erasure() {
    let stack = Stack::up("split", "stream");
    let ana = format!("zz-ana-{}", uuid::Uuid::new_v4());
    let tokens = [ana.clone(), format!("ben-{}", uuid::Uuid::new_v4())].map(|user| stack.token(&["--user", &user]));
    let api = testkit_http::Api::at(stack.var("GATEWAY_URL")).with_token(&tokens[0]);
    let todo = api.create(ERASED_MARK).await;
    api.all().await;
    assert_eq!(tables_with(&stack, ERASED_MARK), ["views.todo_words", "views.todos"], "so it is looked for rightly");
    assert!(records_with(&stack, ERASED_MARK).contains(todo["id"].as_str().unwrap()));

    testkit_http::erasure(stack.var("GATEWAY_URL"), tokens.each_ref().map(String::as_str)).await;
    let gone = poll_until(PATIENCE, async || {
        let (words, named) = (tables_with(&stack, ERASED_MARK), tables_with(&stack, &ana));
        // That it was done.
        (words.is_empty() && named == ["public.operations"]).then_some(())
    });
    assert!(gone.await.is_some(), "{:?} {:?}", tables_with(&stack, ERASED_MARK), tables_with(&stack, &ana));
    let told = stack.sql(&format!("SELECT saga ->> 'kind' FROM operations WHERE owner = '{ana}'"));
    assert_eq!(told, ["erase"]);
    let gone = poll_until(PATIENCE, async || records_with(&stack, ERASED_MARK).is_empty().then_some(()));
    assert!(gone.await.is_some(), "{}", records_with(&stack, ERASED_MARK));
    assert!(stack.sql(&format!("SELECT count(*) FROM journal WHERE owner = '{ana}'"))[0] != "0", "the journal is append-only");
}
