use domain::Refusal;
use jiff::Timestamp;
use ports::{CommandOutcome, OutcomeProblem, Verdict};
use uuid::Uuid;

use super::message::{Malformed, Request};
use crate::{
    edge::Edge,
    http::{Problem, kind},
    usecase::{self, Failure},
};

/// The namespace of outcome ids. Receivers know outcomes by them: never change it.
const OUTCOMES: Uuid = Uuid::from_u128(0x51c4_0be2_77d9_4a35_b1f3_6e0a_9c2d_84e7);

/// Has the command done and says what became of it.
///
/// # Errors
/// Where that is not known: the same command must be tried again.
pub(super) async fn answer(edge: &Edge, request: &Request) -> Result<CommandOutcome, Failure> {
    let todo = request.todo.unwrap_or_else(|| request.caller.new_todo(edge));
    let mut told = CommandOutcome {
        outcome_id: Uuid::nil(),
        command_id: request.command_id.clone(),
        correlation_id: request.correlation_id.clone(),
        outcome: Verdict::Accepted,
        todo_id: Some(todo),
        version: None,
        events: None,
        problem: None,
        timestamp: edge.gateway.clock.now(),
    };
    match usecase::admit(edge, &request.caller, false).await {
        Ok(()) => {}
        Err(Failure::Erased(erasure)) => {
            refuse(&mut told, &Failure::Erased(erasure).into());
            return Ok(named(told, request.caller.principal.as_str()));
        }
        Err(failure) => return Err(failure),
    }
    match &request.command {
        Err(errors) => refuse(&mut told, &Problem::invalid(&kind::INVALID_FIELDS, errors.clone())),
        Ok(command) => match usecase::execute(edge, &request.caller, todo, &request.expected, command).await {
            Ok(taken) => {
                told.version = Some(taken.version);
                told.events = Some(taken.events);
            }
            Err(Failure::Refused(refusal)) => {
                if let Refusal::VersionConflict { actual, .. } = refusal {
                    told.version = Some(actual);
                }
                refuse(&mut told, &refusal.into());
            }
            Err(failure) => return Err(failure),
        },
    }
    Ok(named(told, request.caller.principal.as_str()))
}

/// What is told about a message that is no command, if there is somebody to tell.
pub(super) fn answer_malformed(malformed: &Malformed, now: Timestamp) -> Option<CommandOutcome> {
    let command_id = malformed.command_id.clone()?;
    let mut told = CommandOutcome {
        outcome_id: Uuid::nil(),
        correlation_id: malformed.correlation_id.clone().unwrap_or_else(|| command_id.clone()),
        command_id,
        outcome: Verdict::Refused,
        todo_id: None,
        version: None,
        events: None,
        problem: None,
        timestamp: now,
    };
    refuse(&mut told, &Problem::invalid(&kind::INVALID_FIELDS, malformed.errors.clone()));
    Some(named(told, ""))
}

fn refuse(told: &mut CommandOutcome, problem: &Problem) {
    let (kind, detail, errors) = problem.parts();
    told.outcome = Verdict::Refused;
    told.problem = Some(OutcomeProblem {
        slug: kind.slug.to_owned(),
        title: kind.title.to_owned(),
        detail: detail.to_owned(),
        errors: errors.to_vec(),
    });
}

/// The same outcome of the same command has the same id. One that is tried again after a refusal may end otherwise, and
/// then whoever knows outcomes by their ids must not take it for the old one.
fn named(told: CommandOutcome, principal: &str) -> CommandOutcome {
    let what = match &told.problem {
        None => format!("accepted {:?} {:?}", told.version, told.events),
        Some(problem) => format!("{} {:?} {}", problem.slug, told.version, problem.detail),
    };
    let name = [principal.as_bytes(), told.command_id.as_bytes(), what.as_bytes()].join(&0);
    CommandOutcome { outcome_id: Uuid::new_v5(&OUTCOMES, &name), ..told }
}
