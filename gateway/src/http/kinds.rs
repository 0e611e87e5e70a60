//! Every kind of problem that a client may meet. The slugs are public: clients compare them, so they never change.

use axum::http::StatusCode;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Names it in `type`: `/problems/SLUG`.
    pub slug: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
    pub meaning: &'static str,
    pub remedy: &'static str,
}

macro_rules! kinds {
    ($($name:ident $slug:literal $status:ident $title:literal $meaning:literal $remedy:literal)*) => {
        $(pub(crate) static $name: Kind =
            Kind { slug: $slug, status: StatusCode::$status, title: $title, meaning: $meaning, remedy: $remedy };)*
        /// All of them, in the order in which the documentation lists them.
        pub(crate) static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    MALFORMED_JSON "malformed-json" BAD_REQUEST
        "The body is not JSON"
        "The request's body could not be read as JSON; the detail says where it breaks."
        "Send one JSON object in UTF-8."
    INVALID_ID "invalid-id" BAD_REQUEST
        "That is no id"
        "The path holds something that cannot be the id of a todo."
        "Use a todo's `id` or `url` as the API gave it: `todo-` and a UUID in lower case."
    INVALID_QUERY "invalid-query" BAD_REQUEST
        "A query parameter cannot be taken"
        "A parameter is unknown, given twice, or has a value that it cannot have; `errors` names each."
        "Do what `errors` says for each parameter."
    INVALID_HEADER "invalid-header" BAD_REQUEST
        "A header cannot be taken"
        "A header that the request carries is malformed; `errors` names it."
        "Correct the header, or leave it out."
    UNAUTHORIZED "unauthorized" UNAUTHORIZED
        "It is not known who calls"
        "The request carries no token that holds: none at all, or one that has expired or was not made for this server."
        "Send `Authorization: Bearer TOKEN`; `todo token --user NAME` makes a token."
    FORBIDDEN "forbidden" FORBIDDEN
        "Your role does not allow that"
        "You may see it, but do not have the role that this needs: in the list, or by your token. Nothing was done."
        "Ask an owner of the list for the role, or use a token that has it."
    NOT_FOUND "not-found" NOT_FOUND
        "There is no such todo"
        "No todo of yours has this id, or it lies in the trash."
        "Look at `GET /api/v1/todos` or `GET /api/v1/lists`; a deleted one can be brought back by `POST /api/v1/todos/{id}/restore`."
    NO_OPERATION "no-operation" NOT_FOUND
        "There is no such operation"
        "No operation of yours has this id."
        "Look at `GET /api/v1/operations`."
    NO_NOTIFICATION "no-notification" NOT_FOUND
        "There is no such notification or web hook"
        "You were told no such thing in the last 30 days, or have no such web hook."
        "Look at `GET /api/v1/me/notifications` or `GET /api/v1/me/webhooks`."
    UNKNOWN_ROUTE "unknown-route" NOT_FOUND
        "There is nothing here"
        "The API has no such path."
        "See /docs for the paths that there are."
    METHOD_NOT_ALLOWED "method-not-allowed" METHOD_NOT_ALLOWED
        "That method is not for this path"
        "The path exists, but not with this method."
        "Use one of the methods in the `Allow` header."
    IN_FLIGHT "request-in-flight" CONFLICT
        "The same request is being answered"
        "A request with the same `Idempotency-Key` has not been answered yet."
        "Wait a second and send it again: you will get its answer."
    ALREADY_EXISTS "already-exists" CONFLICT
        "It exists already"
        "A todo was created under this `Idempotency-Key` before, so long ago that its first answer is forgotten."
        "Read it by its `url`, or create another one with a new key."
    DELETED "deleted" CONFLICT
        "It lies in the trash"
        "A deleted todo cannot be changed."
        "Restore it first: `POST /api/v1/todos/{id}/restore`."
    ARCHIVED "archived" CONFLICT
        "The list is put away"
        "Nothing in an archived list changes. Nothing was done."
        "Take it out of the archive first: PATCH the list with `{\"archived\": false}`."
    LIMIT_REACHED "limit-reached" CONFLICT
        "There are as many as there may be"
        "A bound would be passed; the detail says which. Nothing was done."
        "Remove what is no longer needed, or use another list."
    LIST_SHARED "list-shared" CONFLICT
        "Others are in a list of yours"
        "You own lists that others are in, and they would lose them; `lists` names each. Nothing was done."
        "Give each to one of its members (PATCH its `owner`), or delete it first; then ask again."
    ERASED "erased" GONE
        "This person is erased"
        "Whoever the token speaks for has been erased, or is being erased, and nothing is taken from them any more. `operation` tells how far it is. Nothing was done."
        "Follow `operation` until it is completed. Whoever comes back does so as somebody else: with a token of another id."
    CHANGED_SINCE "changed-since" CONFLICT
        "What is to be undone was changed since"
        "Undoing this change would lose a later one; `errors` names each field that holds something newer. Nothing was done."
        "Look at `GET /api/v1/todos/{id}/history`; undo the later change first, or set the fields with PATCH."
    PRECONDITION_FAILED "precondition-failed" PRECONDITION_FAILED
        "It is not at the version that you expect"
        "Somebody changed it since you read it. Nothing was done. `currentVersion` is where it is now."
        "Read it again, look at what changed, and send your change with the new `ETag` in `If-Match`."
    BODY_TOO_LARGE "body-too-large" PAYLOAD_TOO_LARGE
        "The body is too large"
        "The request's body has more bytes than the detail allows. Nothing was done."
        "Send less."
    UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE
        "The body's media type is not taken here"
        "The `Content-Type` header is missing or names something that this path does not read."
        "Send `Content-Type: application/json`; for PATCH `application/merge-patch+json` as well."
    INVALID_FIELDS "invalid-fields" UNPROCESSABLE_ENTITY
        "Some fields cannot be taken"
        "The body is JSON, but fields are missing, unknown or have values that they cannot have; `errors` names each. Nothing was done."
        "Do what `errors` says for each field."
    KEY_REUSED "idempotency-key-reused" UNPROCESSABLE_ENTITY
        "The key belongs to another request"
        "This `Idempotency-Key` came with another request before. Nothing was done."
        "Use a new key for a new request, and the same key only to send the very same request again."
    TOO_MANY_STREAMS "too-many-streams" TOO_MANY_REQUESTS
        "You follow too many streams"
        "You have as many streams of live updates open as one person may."
        "Close one: one is enough for a browser, whatever it shows. Then ask again after `Retry-After` seconds."
    INTERNAL "internal" INTERNAL_SERVER_ERROR
        "Something went wrong here"
        "A defect of the server. It is not known whether the request took effect."
        "Send it again with the same `Idempotency-Key`; if that does not help, tell the operator the `X-Request-Id`."
    UNAVAILABLE "unavailable" SERVICE_UNAVAILABLE
        "It cannot be answered now"
        "Something that the server depends on does not answer. A change may or may not have taken effect."
        "Send it again after `Retry-After` seconds, a change with the same `Idempotency-Key`."
    NO_MORE_STREAMS "no-more-streams" SERVICE_UNAVAILABLE
        "No more streams can be opened here"
        "The server has as many streams of live updates open as it takes."
        "Ask again after `Retry-After` seconds, and look at `GET /api/v1/todos` meanwhile."
    BEHIND "views-behind" SERVICE_UNAVAILABLE
        "Your last changes cannot be shown yet"
        "What you changed is safe, but the views or the journal do not show it yet, and an answer without it would mislead. Nothing was done."
        "Send it again after `Retry-After` seconds."
}
