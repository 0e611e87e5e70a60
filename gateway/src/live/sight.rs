use std::collections::{BTreeSet, HashMap};

use domain::{ListId, Role, TodoId, UserId};
use jiff::Timestamp;
use ports::Positioned;

use crate::{
    edge::Edge,
    usecase::{Failure, standing},
};

/// What a reader may know of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    Hidden,
    /// All of it.
    Shown,
    /// All of it, and from then on what happens in this list.
    Joined(ListId),
    /// All of it, and nothing of what happens in this list from then on.
    Left(ListId),
    /// All of it, and nothing from then on: the reader is erased.
    Last,
}

/// Who may see what, as the lists themselves say: the views are behind the journal now and then, and whoever was put out of a list
/// must not be told of what happened in it since.
pub(super) struct Sight<'a> {
    edge: &'a Edge,
    user: &'a UserId,
    /// What was before is not the reader's: they were erased and began anew.
    anew: Option<Timestamp>,
    roles: HashMap<ListId, Option<Role>>,
}

/// The only parts of an event that are needed.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    aggregate_id: String,
    event_type: String,
    timestamp: Timestamp,
    data: About,
}

#[derive(serde::Deserialize)]
struct About {
    /// Who comes into a list, or leaves it.
    #[serde(default)]
    user: Option<String>,
}

impl<'a> Sight<'a> {
    pub(super) fn new(edge: &'a Edge, user: &'a UserId, anew: Option<Timestamp>) -> Self {
        Self { edge, user, anew, roles: HashMap::new() }
    }

    /// What the reader, who is or was in `lists`, may know of `event`.
    ///
    /// # Errors
    /// If that cannot be found out now.
    pub(super) async fn of(&mut self, event: &Positioned, lists: &BTreeSet<ListId>) -> Result<Seen, Failure> {
        let Ok(Of { aggregate_id, event_type, timestamp, data }) = serde_json::from_str(&event.record) else { return Ok(Seen::Hidden) };
        if self.anew.is_some_and(|anew| timestamp < anew) {
            return Ok(Seen::Hidden);
        }
        if event_type == "UserErased" {
            return Ok(Seen::Last);
        }
        if let Some(list) = aggregate_id.parse().ok().filter(|list: &ListId| list.has_members()) {
            let about_them = data.user.is_some_and(|user| user == self.user.as_str());
            return Ok(match &*event_type {
                "MemberAdded" if about_them => Seen::Joined(list),
                "MemberRemoved" if about_them => Seen::Left(list),
                _ if about_them => Seen::Shown,
                // Whom a list waits for is its owner's to know.
                "MemberInvited" | "InvitationAccepted" | "InvitationDeclined" | "InvitationWithdrawn" | "InvitationExpired" => {
                    shown(self.role(list).await? == Some(Role::Owner))
                }
                // From then on its members know nothing of it; this they must, to let go of it.
                "ListDeleted" => shown(lists.contains(&list) || self.role(list).await?.is_some()),
                _ => shown(self.role(list).await?.is_some()),
            });
        }
        let Ok(todo) = aggregate_id.parse::<TodoId>() else { return Ok(Seen::Shown) };
        for list in &event.lists {
            if self.role(*list).await?.is_some() {
                return Ok(Seen::Shown);
            }
        }
        if !event.lists.is_empty() {
            return Ok(Seen::Hidden);
        }
        // It is the reader's own. What the views do not know yet has just been made, by its reader; what they may not see any more
        // lies in somebody's list by now.
        Ok(shown(self.edge.gateway.views.sees(self.user, todo).await? != Some(false)))
    }

    async fn role(&mut self, list: ListId) -> Result<Option<Role>, Failure> {
        if let Some(role) = self.roles.get(&list) {
            return Ok(*role);
        }
        let role = standing(self.edge, self.user, list).await?;
        self.roles.insert(list, role);
        Ok(role)
    }
}

fn shown(shown: bool) -> Seen {
    if shown { Seen::Shown } else { Seen::Hidden }
}
