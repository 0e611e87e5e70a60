//! The OpenAPI document: the operations' own words, and what all of them share.

use axum::Router;
use serde_json::json;
use utoipa::{
    OpenApi,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{Components, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    BASE, analytics, bulk, collection, counts, erasure, filters, history, invitations, item, list_operations, lists, me, members,
    notifications, operations, operator, quick_add, recurrence, reminders, schemas::ProblemSchema, stream, webhooks,
};
use crate::{edge::Edge, http::kind};

#[derive(OpenApi)]
#[openapi(
    info(title = "Todos", description = "Todos as virtual actors. Errors are problem+json (RFC 9457) and say what to do; \
        versions are entity tags; a person's query always shows what that person wrote before."),
    tags((name = "todos", description = "Things to do."), (name = "people", description = "Who you are."), (name = "lists", description = "Lists that several people may share."),
        (name = "filters", description = "Queries that are kept under a name."),
        (name = "operations", description = "What takes longer: its progress, its end, and how to take it back."),
        (name = "notifications", description = "What you were told, and the programs of yours that are told, too."),
        (name = "operator", description = "How the platform itself is doing, for those who run it."),
        (name = "analytics", description = "What got done."), (name = "events", description = "What happens.")),
    components(schemas(ProblemSchema)),
    // Either: whoever needs no token is asked for none.
    security(("token" = []), ())
)]
struct Frame;

/// The API's routes and their document.
pub(crate) fn routes() -> (Router<Edge>, Document) {
    let api = OpenApiRouter::new()
        .routes(routes!(collection::create, collection::list, collection::clear))
        .routes(routes!(bulk::bulk))
        .routes(routes!(bulk::import))
        .routes(routes!(operations::list))
        .routes(routes!(operations::read))
        .routes(routes!(operations::items))
        .routes(routes!(operations::undo))
        .routes(routes!(operations::abort))
        .routes(routes!(operations::retry))
        .routes(routes!(operator::overview))
        .routes(routes!(operator::operations))
        .routes(routes!(operator::retry))
        .routes(routes!(operator::abort))
        .routes(routes!(counts::counts))
        .routes(routes!(filters::list))
        .routes(routes!(filters::save, filters::remove))
        .routes(routes!(item::read, item::change, item::delete))
        .routes(routes!(item::complete))
        .routes(routes!(item::reopen))
        .routes(routes!(item::restore))
        .routes(routes!(recurrence::skip))
        .routes(routes!(reminders::snooze))
        .routes(routes!(recurrence::preview))
        .routes(routes!(lists::create, lists::list))
        .routes(routes!(lists::read, lists::change, list_operations::delete))
        .routes(routes!(list_operations::restore))
        .routes(routes!(list_operations::archive))
        .routes(routes!(list_operations::copy))
        .routes(routes!(members::list))
        .routes(routes!(members::read, members::put, members::remove))
        .routes(routes!(invitations::list))
        .routes(routes!(invitations::put, invitations::withdraw))
        .routes(routes!(me::read, me::change, erasure::erase))
        .routes(routes!(invitations::received))
        .routes(routes!(invitations::accept))
        .routes(routes!(invitations::decline))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::test))
        .routes(routes!(notifications::read))
        .routes(routes!(notifications::mark_read))
        .routes(routes!(notifications::retry))
        .routes(routes!(webhooks::list, webhooks::add))
        .routes(routes!(webhooks::remove))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::secret))
        .routes(routes!(history::history))
        .routes(routes!(history::undo))
        .routes(routes!(analytics::read))
        .routes(routes!(quick_add::quick_add))
        .routes(routes!(stream::follow));
    let (router, mut document) = OpenApiRouter::with_openapi(Frame::openapi()).nest(BASE, api).split_for_parts();
    complete(&mut document);
    (router, document)
}

/// The OpenAPI document of the API.
pub fn document() -> Document {
    routes().1
}

/// Adds to every operation what it shares with the others.
fn complete(document: &mut Document) {
    let components = document.components.get_or_insert_with(Components::new);
    let scheme =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some("`todo token` makes one.")).build();
    components.security_schemes.insert("token".to_owned(), SecurityScheme::Http(scheme).into());
    for (name, parameter) in shared_parameters() {
        components.parameters.insert(name.to_owned(), parameter.into());
    }
    let statuses: std::collections::BTreeSet<_> = kind::ALL.iter().map(|kind| kind.status.as_u16()).collect();
    for status in statuses {
        components.responses.insert(format!("Problem{status}"), problems(status).into());
    }
    for (path, item) in &mut document.paths.paths {
        let kind = if path.contains("/todos/{id}") {
            Of::Todo
        } else if path.contains("/operations") || path.contains("/me/") || path.ends_with("/bulk") || path.ends_with("/import") {
            Of::Operation { one: path.contains("{id}") }
        } else {
            Of::Others
        };
        let PathItem { get, put, post, patch, delete, .. } = item;
        for (method, operation) in [("GET", get), ("PUT", put), ("POST", post), ("PATCH", patch), ("DELETE", delete)] {
            if let Some(operation) = operation {
                share(method, kind, path.ends_with("/stream"), operation);
            }
        }
    }
}

/// What a path is about.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    /// One todo, which has versions.
    Todo,
    /// What takes longer, one of them or all.
    Operation { one: bool },
    /// Anything else.
    Others,
}

/// What an operation by `method` on something of that kind shares with others of its kind.
fn share(method: &str, of: Of, stream: bool, operation: &mut Operation) {
    let one = of == Of::Todo;
    let others = of == Of::Others;
    let (change, body) = (method != "GET", operation.request_body.is_some());
    let conditional = one || (others && method == "POST") || method == "PATCH";
    let statuses = [
        (400, true),
        (401, true),
        (403, change),
        (404, one || of == Of::Operation { one: true }),
        (409, change),
        (410, true),
        (412, conditional),
        (413, body),
        (415, body),
        (422, change),
        (429, stream),
        (500, true),
        (503, true),
    ];
    for status in statuses.iter().filter(|(_, given)| *given).map(|(status, _)| status) {
        let problem = RefOr::Ref(Ref::new(format!("#/components/responses/Problem{status}")));
        operation.responses.responses.insert(status.to_string(), problem);
    }
    let parameters = [
        ("IdempotencyKey", change),
        ("IfMatch", one || method == "PATCH"),
        ("IfNoneMatch", one && !change),
        ("CreateOnly", others && method == "POST"),
        ("RequestId", true),
        ("Traceparent", true),
    ];
    for (name, _) in parameters.iter().filter(|(_, given)| *given) {
        let parameter = RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
        operation.parameters.get_or_insert_default().push(parameter);
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert("X-Request-Id".to_owned(), request_id().into());
        }
    }
}

fn request_id() -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).description(Some("Names the request.")).build()
}

fn shared_parameters() -> [(&'static str, Parameter); 6] {
    let header = |name: &str, what: &str, example: &str| {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .description(Some(what))
            .schema(Some(schema))
            .example(Some(json!(example)))
            .build()
    };
    [
        (
            "IdempotencyKey",
            header(
                "Idempotency-Key",
                "Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.",
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
            ),
        ),
        ("IfMatch", header("If-Match", "The version or versions that the caller read: 412 if it is at another.", "\"3\"")),
        (
            "IfNoneMatch",
            header("If-None-Match", "The version or versions that the caller has: 304 if it is still at one of them.", "\"3\""),
        ),
        ("CreateOnly", header("If-None-Match", "`*`: 412 if the todo that the Idempotency-Key names exists.", "*")),
        ("RequestId", header("X-Request-Id", "The client's own name for the request, for logs; given back.", "b2c9a6")),
        ("Traceparent", header("traceparent", "W3C Trace Context.", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
    ]
}

/// The response of a status: which kinds of problem have it, and an example of the first.
fn problems(status: u16) -> utoipa::openapi::Response {
    let kinds: Vec<_> = kind::ALL.iter().filter(|kind| kind.status.as_u16() == status).collect();
    let description = kinds.iter().map(|kind| format!("`/problems/{}`: {}", kind.slug, kind.meaning)).collect::<Vec<_>>().join("\n\n");
    let example = kinds.first().map(|kind| {
        json!({ "type": format!("/problems/{}", kind.slug), "title": kind.title, "status": status, "detail": kind.meaning,
            "instance": "/api/v1/todos", "remedy": kind.remedy })
    });
    let schema = Ref::from_schema_name("Problem");
    let retry = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::Integer))).description(Some("Seconds.")).build();
    let challenge =
        HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).description(Some("RFC 6750.")).build();
    let builder = ResponseBuilder::new()
        .description(description)
        .header("X-Request-Id", request_id())
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).example(example).build());
    match status {
        401 => builder.header("WWW-Authenticate", challenge).build(),
        429 | 503 => builder.header("Retry-After", retry).build(),
        _ => builder.build(),
    }
}
