//! What explains the API: the OpenAPI document, a page to browse it, and a page for each kind of problem.

use axum::{
    Router,
    extract::Path,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::{
    edge::Edge,
    http::{Problem, kind},
};

pub(crate) fn routes(document: OpenApi) -> Router<Edge> {
    Router::from(SwaggerUi::new("/docs").url("/openapi.json", document))
        .route("/problems", get(problems))
        .route("/problems/{slug}", get(problem))
}

async fn problems() -> Html<String> {
    let items: String =
        kind::ALL.iter().map(|kind| format!("<li><a href=\"/problems/{}\">{}</a>: {}</li>", kind.slug, kind.slug, kind.title)).collect();
    page("Problems", &format!("<ul>{items}</ul>"))
}

async fn problem(slug: Option<Path<String>>) -> Response {
    let kind = slug.and_then(|Path(slug)| kind::ALL.iter().find(|kind| kind.slug == slug));
    let Some(kind) = kind else { return Problem::of(&kind::UNKNOWN_ROUTE).into_response() };
    let body = format!(
        "<p>Status {}.</p><h2>What it means</h2><p>{}</p><h2>What to do</h2><p>{}</p><p><a href=\"/problems\">All problems</a></p>",
        kind.status, kind.meaning, kind.remedy
    );
    page(kind.title, &body).into_response()
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>body{{font:1rem/1.5 system-ui;max-width:45rem;margin:2rem auto;padding:0 1rem}}</style>\
         <h1>{title}</h1>{body}</html>"
    ))
}
