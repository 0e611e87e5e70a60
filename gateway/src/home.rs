use axum::response::Html;

/// What a person sees who opens the edge in a browser.
pub(crate) async fn page() -> Html<&'static str> {
    Html(include_str!("home.html"))
}
