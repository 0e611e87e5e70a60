//! Invitations into a list: who comes in by one, until when, and what its timer does.

use domain::{
    Aggregate, Refusal, Role, fold,
    list::{Command, Event, INVITATION_STANDS, INVITATION_STANDS_AT_MOST, MAX_MEMBERS, TodoList},
};
use testkit::samples::{at, user};

use crate::list::{added, created, deleted, given, invite, invited, put, shared};

#[test]
fn somebody_is_invited_and_comes_or_does_not() {
    let week = INVITATION_STANDS.as_secs();
    given([]).when(invite("bob", Role::Editor, None)).then([invited("bob", Role::Editor, week)]);
    let waiting = || given([invited("bob", Role::Editor, 60)]);
    // Until they say so, they are a stranger.
    waiting().by("bob").when(Command::Look).then_refused(Refusal::NotFound);
    let accepted = [Event::InvitationAccepted { user: user("bob") }, added("bob", Role::Editor)];
    waiting().by("bob").at(at(59)).when(Command::AcceptInvitation).then(accepted.clone());
    waiting().by("bob").at(at(59)).when(Command::DeclineInvitation).then([Event::InvitationDeclined { user: user("bob") }]);
    for over in [Command::AcceptInvitation, Command::DeclineInvitation] {
        // Whatever its timer does: over is over.
        waiting().by("bob").at(at(60)).when(over.clone()).then_refused(Refusal::NotFound);
        waiting().by("cyn").when(over.clone()).then_refused(Refusal::NotFound);
        given([invited("bob", Role::Editor, 60), deleted()]).by("bob").when(over.clone()).then_refused(Refusal::NotFound);
        let withdrawn = Event::InvitationWithdrawn { user: user("bob") };
        given([invited("bob", Role::Editor, 60), withdrawn]).by("bob").when(over).then_refused(Refusal::NotFound);
    }
    let [first, second] = accepted;
    given([invited("bob", Role::Editor, 60), first, second]).by("bob").when(Command::AcceptInvitation).then_nothing();
    // Asked again: the later word counts.
    waiting().when(invite("bob", Role::Editor, Some(60))).then_nothing();
    waiting().when(invite("bob", Role::Viewer, Some(60))).then([invited("bob", Role::Viewer, 60)]);
    waiting().when(invite("bob", Role::Editor, Some(90))).then([invited("bob", Role::Editor, 90)]);
    let withdraw = |name| Command::WithdrawInvitation { user: user(name) };
    waiting().when(withdraw("bob")).then([Event::InvitationWithdrawn { user: user("bob") }]);
    waiting().when(withdraw("cyn")).then_nothing();
    // Whoever is put into it need not say yes any more.
    waiting().when(put("bob", Role::Viewer)).then([added("bob", Role::Viewer)]);
    given([invited("bob", Role::Editor, 60), added("bob", Role::Viewer)]).when(withdraw("bob")).then_nothing();
}

#[test]
fn an_invitation_has_bounds() {
    let longest = INVITATION_STANDS_AT_MOST.as_secs();
    given([]).when(invite("bob", Role::Viewer, Some(longest))).then([invited("bob", Role::Viewer, longest)]);
    for (command, field, problem) in [
        (invite("bob", Role::Viewer, Some(longest + 1)), "expires", "is more than 30 days away"),
        (invite("bob", Role::Viewer, Some(0)), "expires", "is over"),
        (invite("bob", Role::Owner, None), "role", "would make a second owner"),
        (invite("ed", Role::Editor, None), "user", "is in the list already"),
        (invite("anna", Role::Editor, None), "user", "is in the list already"),
    ] {
        let Refusal::Invalid(invalid) = given([]).when(command).refusal() else { panic!("another refusal") };
        assert_eq!((&*invalid.field, &*invalid.problem), (field, problem));
    }
    // Whoever is invited has a place, and nobody else gets it.
    let almost = (3..MAX_MEMBERS).map(|number| added(&format!("member-{number}"), Role::Viewer)).chain([invited("bob", Role::Viewer, 60)]);
    let full = || given(almost.clone());
    let reached = || Refusal::LimitReached { what: "members of a list".into(), most: 100 };
    full().when(put("cyn", Role::Viewer)).then_refused(reached());
    full().when(invite("cyn", Role::Viewer, None)).then_refused(reached());
    full().when(invite("bob", Role::Editor, Some(60))).then([invited("bob", Role::Editor, 60)]);
    full().when(put("bob", Role::Viewer)).then([added("bob", Role::Viewer)]);
    full().by("bob").when(Command::AcceptInvitation).events();
}

#[test]
fn its_timer_ends_what_is_over_and_nothing_else() {
    let timers = |events: &[Event]| {
        let state = fold::<TodoList>(None, shared().iter().chain(events));
        let timers = TodoList::timers(&state);
        (timers.first().and_then(|timer| TodoList::on_timer(&state, &timer.name)), timers)
    };
    assert_eq!(timers(&[]), (None, vec![]));
    let both = [invited("bob", Role::Viewer, 90), invited("cyn", Role::Viewer, 60)];
    let expire = |due| Command::ExpireInvitations { due: at(due) };
    // As whoever owns it: a timer acts for them.
    assert_eq!(timers(&both), (Some((user("anna"), expire(60))), vec![domain::Timer::new("invitation", at(60))]));
    let expired = |name| Event::InvitationExpired { user: user(name) };
    // However late, or early by less than a scheduler's slack, it rings.
    for now in [at(59), at(60), at(7_200)] {
        given(both.clone()).at(now).when(expire(60)).then([expired("cyn")]);
    }
    given(both.clone()).when(expire(90)).then([expired("bob"), expired("cyn")]);
    given(both.clone().into_iter().chain([deleted()])).when(expire(60)).then([expired("cyn")]);
    let [bob, cyn] = both;
    assert_eq!(timers(&[bob.clone(), cyn, expired("cyn")]).1, [domain::Timer::new("invitation", at(90))]);
    assert_eq!(timers(&[bob, Event::InvitationAccepted { user: user("bob") }, added("bob", Role::Viewer)]).1, []);
    assert_eq!(TodoList::on_timer(&fold::<TodoList>(None, &[created(), invited("bob", Role::Viewer, 60)]), "another"), None);
    // Finer than a timer can be it is not.
    let finer = Command::Invite { user: user("bob"), role: Role::Viewer, expires: Some(at(60) + jiff::SignedDuration::from_nanos(1)) };
    given([]).when(finer).then([invited("bob", Role::Viewer, 60)]);
}
