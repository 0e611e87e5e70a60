use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Event, MAX_MEMBERS, TodoList};
use crate::{Invalid, Refusal, Role, Timer, UserId};

/// How long an invitation stands where nothing else is said.
pub const INVITATION_STANDS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long one may stand at most.
pub const INVITATION_STANDS_AT_MOST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The timer of the invitation that is over next.
const INVITATION_TIMER: &str = "invitation";

/// That somebody may come into a list if they want to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// As what: viewer or editor.
    pub role: Role,
    /// Who asked them.
    pub invited_by: UserId,
    /// From when on it is as if it had never been.
    pub expires: Timestamp,
}

impl TodoList {
    /// The invitation that `user` may take at `now`. Of one into a list in the trash nobody knows.
    pub fn invitation_of(&self, user: &UserId, now: Timestamp) -> Option<&Invitation> {
        self.invitations.get(user).filter(|invitation| !self.deleted && invitation.expires > now)
    }

    /// The invitations that stand at `now`, for `user` to see: whom a list waits for is its owner's to know.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] to a stranger, [`Refusal::Forbidden`] to a member.
    pub fn invitations_for(&self, user: &UserId, now: Timestamp) -> Result<impl Iterator<Item = (&UserId, &Invitation)>, Refusal> {
        super::may(self.seen_by(user).ok_or(Refusal::NotFound)?, Role::Owner)?;
        Ok(self.invitations.iter().filter(move |(_, invitation)| invitation.expires > now))
    }

    /// When the next invitation is over.
    pub(super) fn timers(&self) -> Vec<Timer> {
        let next = self.invitations.values().map(|invitation| invitation.expires).min();
        next.map(|expires| Timer::new(INVITATION_TIMER, expires)).into_iter().collect()
    }
}

/// Asks somebody who is not in the list. Asked again, they have the later word: another role, or more time.
pub(super) fn invite(
    list: &TodoList,
    user: &UserId,
    role: Role,
    expires: Option<Timestamp>,
    by: &UserId,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if role == Role::Owner {
        return Err(
            Invalid::new("role", "would make a second owner", "invite the person as an editor, and give them the list later").into()
        );
    }
    if list.role_of(user).is_some() {
        return Err(Invalid::new("user", "is in the list already", "change what they may do there as a member").into());
    }
    let expires = expires.or_else(|| now.checked_add(INVITATION_STANDS).ok()).unwrap_or(now);
    // No finer than a timer is.
    let expires = Timestamp::from_microsecond(expires.as_microsecond()).unwrap_or(expires);
    if expires <= now {
        return Err(Invalid::new("expires", "is over", "use a moment in the next 30 days, or leave it out").into());
    }
    if expires.duration_since(now) > INVITATION_STANDS_AT_MOST {
        return Err(Invalid::new("expires", "is more than 30 days away", "use a moment in the next 30 days, or leave it out").into());
    }
    let invitation = Invitation { role, invited_by: by.clone(), expires };
    match list.invitations.get(user) {
        Some(standing) if *standing == invitation => return Ok(vec![]),
        None => has_room(list)?,
        Some(_) => {}
    }
    let Invitation { role, invited_by, expires } = invitation;
    Ok(vec![Event::MemberInvited { user: user.clone(), role, invited_by, expires }])
}

/// Whether one more may be in the list: each who is invited has a place already, so that no invitation is found to be empty.
pub(super) fn has_room(list: &TodoList) -> Result<(), Refusal> {
    if list.members.len() + list.invitations.len() < MAX_MEMBERS {
        return Ok(());
    }
    Err(Refusal::LimitReached { what: "members of a list".into(), most: MAX_MEMBERS as u64 })
}

/// Whoever was invited comes in.
pub(super) fn accept(list: &TodoList, by: &UserId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let invitation = list.invitation_of(by, now).ok_or(Refusal::NotFound)?;
    let accepted = Event::InvitationAccepted { user: by.clone() };
    Ok(vec![accepted, Event::MemberAdded { user: by.clone(), role: invitation.role }])
}

/// Whoever was invited does not want to.
pub(super) fn decline(list: &TodoList, by: &UserId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    list.invitation_of(by, now).ok_or(Refusal::NotFound)?;
    Ok(vec![Event::InvitationDeclined { user: by.clone() }])
}

/// It is taken back, if it stands.
pub(super) fn withdraw(list: &TodoList, user: &UserId) -> Vec<Event> {
    let stands = list.invitations.contains_key(user);
    if stands { vec![Event::InvitationWithdrawn { user: user.clone() }] } else { vec![] }
}

/// Those that are over at `due`.
pub(super) fn expire(list: &TodoList, due: Timestamp) -> Vec<Event> {
    let over = list.invitations.iter().filter(|(_, invitation)| invitation.expires <= due);
    over.map(|(user, _)| Event::InvitationExpired { user: user.clone() }).collect()
}
