//! That somebody is erased.

use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};
use domain::Invalid;
use utoipa::IntoParams;

use super::{
    operations::{self, OperationJson},
    parameters::{each, parameters, unknown},
};
use crate::{
    edge::Edge,
    http::{Origin, Problem, kind},
    usecase::{self, Caller},
};

/// That it is meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what Confirmed reads")]
pub(super) struct ConfirmParameter {
    /// Your own `id`, as `GET /me` shows it: nobody is erased by accident.
    #[param(example = "ana")]
    confirm: String,
}

/// The id that the caller says is theirs.
pub(super) struct Confirmed(String);

impl FromRequestParts<Edge> for Confirmed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Problem> {
        let mut confirm = None;
        let read = each(&parameters(parts)?, "", |name, value| match name {
            "confirm" => {
                confirm = Some(value.to_owned());
                Ok(())
            }
            _ => Err(unknown(name, "confirm")),
        });
        read.map_err(wrong)?;
        confirm.map(Self).ok_or_else(|| wrong(vec![Invalid::new("confirm", "is missing", REMEDY)]))
    }
}

const REMEDY: &str = "add `?confirm=` with your own id, as `GET /api/v1/me` shows it";

fn wrong(errors: Vec<Invalid>) -> Problem {
    Problem::invalid(&kind::INVALID_QUERY, errors)
}

/// Erase yourself.
///
/// Everything that is yours, for good: todos and lists with what is in them, filters, settings, web hooks, what you were told and what
/// was counted. You leave the lists of others, where what you made stays without your name. Not while others are in a list of yours.
/// It cannot be taken back. From then on your token is refused (`410`); only the operation still tells how far it is.
#[utoipa::path(delete, path = "/me", operation_id = "eraseMe", tag = "people", params(ConfirmParameter),
    responses((status = 202, description = "It is under way.", body = OperationJson, headers(
        ("Location" = String, description = "The operation's URL."),
        ("Idempotency-Replayed" = Option<String>, description = "`true` where it was under way before.")))))]
pub(super) async fn erase(
    State(edge): State<Edge>,
    caller: Caller,
    Confirmed(confirmed): Confirmed,
    origin: Origin,
) -> Result<Response, Problem> {
    if confirmed != caller.principal.as_str() {
        return Err(wrong(vec![Invalid::new("confirm", "is not your id", REMEDY)]));
    }
    let begun = usecase::erase_person(&edge, &caller).await?;
    Ok(operations::accepted(&caller, begun, &origin))
}
