use axum::{
    extract::{FromRequestParts, Query, State},
    http::{header::CACHE_CONTROL, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    Invalid, ListId,
    analytics::{DayStats, Days, LeadTime},
    todo::Zone,
};
use jiff::{Span, Timestamp, civil::Date};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{self, PRIVATE},
    fields::shortened,
};
use crate::{
    edge::Edge,
    http::{Problem, kind},
    usecase::{self, Caller, Question, Tally},
};

/// The most days that one answer has: a leap year.
const MAX_DAYS: i64 = 366;
/// How many days there are where nothing is said.
const USUAL_DAYS: i64 = 30;
const KNOWN: &str = "from, to, zone, list";

/// What the caller got done, day by day.
///
/// Days are those of the calendar in `zone`. *Created* counts what came into being, also if it was deleted later; *completed*
/// counts completions that were not withdrawn by reopening; *overdue* counts what was open past its due time when the day ended
/// (today: now). Lead times run from creation to completion; percentiles are exact, by nearest rank. Each counts in the list
/// where the todo was at the time.
#[utoipa::path(get, path = "/analytics", operation_id = "getAnalytics", tag = "analytics", params(AnalyticsParameters),
    responses((status = 200, description = "The days in order, and what they make together.", body = AnalyticsJson, headers(
        ("Data-Stale" = Option<String>, description = "`?1` where the caller's last changes may be missing.")))))]
pub(super) async fn read(State(edge): State<Edge>, caller: Caller, asked: Asked) -> Result<Response, Problem> {
    let seen = usecase::analytics(&edge, &caller, &asked.question).await?;
    let mut response = ([(CACHE_CONTROL, PRIVATE)], axum::Json(AnalyticsJson::of(asked, &seen.answer))).into_response();
    answer::mark_stale(&mut response, seen.stale);
    Ok(response)
}

/// Which days, as they were asked for or as they are where nothing is said.
pub(super) struct Asked {
    from: Date,
    to: Date,
    question: Question,
}

impl FromRequestParts<Edge> for Asked {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Problem::of(&kind::INVALID_QUERY))?;
        asked(&parameters, edge.gateway.clock.now()).map_err(|wrong| Problem::invalid(&kind::INVALID_QUERY, wrong))
    }
}

#[derive(Default)]
struct Given {
    from: Option<Date>,
    to: Option<Date>,
    zone: Option<Zone>,
    list: Option<ListId>,
}

fn asked(parameters: &[(String, String)], now: Timestamp) -> Result<Asked, Vec<Invalid>> {
    let mut given = Given::default();
    let mut wrong = vec![];
    for (at, (name, value)) in parameters.iter().enumerate() {
        let again = parameters[..at].iter().any(|(earlier, _)| earlier == name);
        let read = if again { Err(Invalid::new(shortened(name), "is given twice", "give it once")) } else { set(&mut given, name, value) };
        wrong.extend(read.err());
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let zone = given.zone.map_or_else(|| "UTC".parse(), Ok).map_err(|invalid: Invalid| vec![invalid])?;
    let to = given.to.unwrap_or_else(|| zone.rules().to_datetime(now).date());
    let from = given.from.unwrap_or_else(|| to.saturating_sub(Span::new().days(USUAL_DAYS - 1)));
    let refused = |problem, remedy: &str| vec![Invalid::new("from", problem, remedy)];
    if from > to {
        return Err(refused("is after `to`", "write the earlier day here; without `to`, it is today"));
    }
    if (to - from).get_days() >= MAX_DAYS as i32 {
        return Err(refused("is too long before `to`", &format!("ask for at most {MAX_DAYS} days at once")));
    }
    let days =
        Days::between(&zone, from, to).ok_or_else(|| vec![Invalid::new("to", "is at the end of the calendar", "write an earlier day")])?;
    Ok(Asked { from, to, question: Question { zone, days, list: given.list } })
}

fn set(given: &mut Given, name: &str, value: &str) -> Result<(), Invalid> {
    match name {
        "from" => given.from = Some(day(name, value)?),
        "to" => given.to = Some(day(name, value)?),
        "zone" => {
            let unknown = |_| Invalid::new(name, "is no known time zone", "use an IANA name such as Europe/Berlin or UTC");
            given.zone = Some(value.parse().map_err(unknown)?);
        }
        "list" => given.list = Some(value.parse().map_err(|error| Invalid::new(name, "is no list's id", format!("{error}")))?),
        other => return Err(Invalid::new(shortened(other), "is unknown", format!("leave it out, or use one of: {KNOWN}"))),
    }
    Ok(())
}

/// Only the one spelling: the parser below takes more, and drops what it does not need.
fn day(name: &str, value: &str) -> Result<Date, Invalid> {
    let wrong = || Invalid::new(name, "is no day", "write a day such as 2026-11-24");
    if value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        value.parse().map_err(|_| wrong())
    } else {
        Err(wrong())
    }
}

/// Which days.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what is read above")]
pub(super) struct AnalyticsParameters {
    /// The first day; without it, 29 days before the last one. At most 366 days at once.
    #[param(format = Date, example = "2026-10-26")]
    from: Option<String>,
    /// The last day; without it, today in `zone`.
    #[param(format = Date, example = "2026-11-24")]
    to: Option<String>,
    /// The IANA time zone by which days begin and end.
    #[param(example = "Europe/Berlin")]
    zone: Option<String>,
    /// In this list only.
    list: Option<String>,
}

/// What a person got done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Analytics)]
pub(super) struct AnalyticsJson {
    /// The zone whose days these are.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-10-26")]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    to: Date,
    /// Every day from the first to the last.
    days: Vec<DayJson>,
    /// All of them together.
    totals: TotalsJson,
    /// Days in a row with a completion.
    streak: StreakJson,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AnalyticsDay)]
struct DayJson {
    /// Which.
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    day: Date,
    /// Todos that came into being.
    created: u64,
    /// Completions that were not withdrawn.
    completed: u64,
    /// Todos that were open past their due time when the day ended; today: now.
    overdue: u64,
    /// Of what was completed; `null` if that is nothing, or nothing that has one.
    #[schema(required)]
    lead_time: Option<LeadTimeJson>,
}

/// What the days make together.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AnalyticsTotals)]
struct TotalsJson {
    /// Todos that came into being.
    created: u64,
    /// Completions that were not withdrawn.
    completed: u64,
    /// Of all that was completed on these days.
    #[schema(required)]
    lead_time: Option<LeadTimeJson>,
}

/// How long it took from creation to completion, exactly, by nearest rank.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeadTime)]
struct LeadTimeJson {
    /// Half of them took no longer, in whole seconds.
    median_seconds: u64,
    /// 95 in 100 took no longer, in whole seconds.
    p95_seconds: u64,
}

/// Days in a row with a completion, whatever days were asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Streak)]
struct StreakJson {
    /// Up to today, or up to yesterday where today has none yet.
    current: u64,
    /// The most that there ever were.
    longest: u64,
}

impl AnalyticsJson {
    fn of(asked: Asked, tally: &Tally) -> Self {
        let sum = |count: fn(&DayStats) -> u64| tally.days.iter().map(count).sum();
        Self {
            zone: asked.question.zone.name().to_owned(),
            from: asked.from,
            to: asked.to,
            days: tally.days.iter().map(DayJson::of).collect(),
            totals: TotalsJson {
                created: sum(|day| day.created),
                completed: sum(|day| day.completed),
                lead_time: tally.lead_time.map(LeadTimeJson::of),
            },
            streak: StreakJson { current: tally.streak.current, longest: tally.streak.longest },
        }
    }
}

impl DayJson {
    fn of(day: &DayStats) -> Self {
        let DayStats { day, created, completed, overdue, lead_time } = *day;
        Self { day, created, completed, overdue, lead_time: lead_time.map(LeadTimeJson::of) }
    }
}

impl LeadTimeJson {
    fn of(lead_time: LeadTime) -> Self {
        Self { median_seconds: lead_time.median.as_secs(), p95_seconds: lead_time.p95.as_secs() }
    }
}
