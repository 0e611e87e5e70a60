// Made from /openapi.json by `npm run types`. Do not edit.
export interface paths {
    "/api/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller got done, day by day.
         * @description Days are those of the calendar in `zone`. *Created* counts what came into being, also if it was deleted later; *completed*
         *     counts completions that were not withdrawn by reopening; *overdue* counts what was open past its due time when the day ended
         *     (today: now). Lead times run from creation to completion; percentiles are exact, by nearest rank. Each counts in the list
         *     where the todo was at the time.
         */
        get: operations["getAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count todos.
         * @description By state, by smart list, by list and by tag, all of one moment.
         */
        get: operations["countTodos"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what happens to the caller's todos.
         * @description Server-Sent Events. `hello` comes first, with the position that the stream begins behind; then a `todo` for each event,
         *     a `notification` for those by which the caller is told something, in the order of the journal, its `id` the position and its data the
         *     event's record. A comment comes where nothing
         *     happened for a while. With `Last-Event-ID` or `lastEventId` the stream goes on behind that position, at any gateway;
         *     without, it begins now. A `reset` instead of the `hello` says that the journal was never at that position: read
         *     everything anew. A reader that takes too long is disconnected, and can go on where it was.
         */
        get: operations["followEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the saved filters.
         * @description By name. `GET /api/v1/todos?filter=NAME` asks one.
         */
        get: operations["listFilters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/filters/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Save a filter.
         * @description What had that name is replaced. A person keeps at most 100.
         */
        put: operations["saveFilter"];
        post?: never;
        /**
         * Remove a saved filter.
         * @description Removing it twice is fine.
         */
        delete: operations["removeFilter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the lists.
         * @description Those that the caller is in, by name; with `deleted=true` those of the caller's own that lie in the trash.
         */
        get: operations["listLists"];
        put?: never;
        /**
         * Make a list.
         * @description With an `Idempotency-Key` it can be sent again without making a second one. Whoever makes it owns it.
         */
        post: operations["createList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a list. */
        get: operations["getList"];
        put?: never;
        post?: never;
        /**
         * Put a list into the trash.
         * @description With every todo in it, as one operation: the list first, which nobody but its owner knows of then. Deleting it twice is fine.
         *     With `Prefer: respond-async` the answer comes at once; without, it waits some seconds for the end.
         */
        delete: operations["deleteList"];
        options?: never;
        head?: never;
        /**
         * Change a list.
         * @description A JSON merge patch (RFC 7396). An editor may change name and description; its owner may archive it, and give it to another
         *     member by `owner`, which stands alone.
         */
        patch: operations["changeList"];
        trace?: never;
    };
    "/api/v1/lists/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a list away.
         * @description As one operation, and so that what is open in it is completed, if that is wanted: the list first, in which nothing else
         *     changes then. Undoing the operation takes the list out again and reopens what it completed. With `Prefer: respond-async` the
         *     answer comes at once; without, it waits some seconds for the end.
         */
        post: operations["archiveList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy a list.
         * @description Makes a list of the caller's own with copies of the todos that are open in this one, as one operation, whose `list` is the new
         *     one; nobody else is in it. Undoing the operation deletes the copy. With `Prefer: respond-async` the answer comes at once;
         *     without, it waits some seconds for the end.
         */
        post: operations["copyList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invitations into a list.
         * @description Those that stand, by person; for its owner.
         */
        get: operations["listInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/invitations/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Invite somebody into a list.
         * @description As a viewer or an editor, for a week unless `expires` says otherwise: 30 days at most. Who is invited already gets this
         *     invitation instead. Its owner may.
         */
        put: operations["invite"];
        post?: never;
        /**
         * Withdraw an invitation into a list.
         * @description Its owner may. Doing it twice is fine; who came in meanwhile stays.
         */
        delete: operations["withdrawInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the people of a list.
         * @description Its owner first, then by id.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what somebody is in a list. */
        get: operations["getMember"];
        /**
         * Have somebody in a list.
         * @description As a viewer or an editor, from now on. Doing it twice is fine.
         */
        put: operations["putMember"];
        post?: never;
        /**
         * Have somebody in a list no longer.
         * @description Whoever names themselves leaves. Doing it twice is fine.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a list out of the trash.
         * @description With every todo that was deleted with it, and with everybody who was in it: what lay in the trash before stays there. Where
         *     there are todos to bring back it is an operation. With `Prefer: respond-async` the answer comes at once; without, it waits
         *     some seconds for the end.
         */
        post: operations["restoreList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who you are. */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Erase yourself.
         * @description Everything that is yours, for good: todos and lists with what is in them, filters, settings, web hooks, what you were told and what
         *     was counted. You leave the lists of others, where what you made stays without your name. Not while others are in a list of yours.
         *     It cannot be taken back. From then on your token is refused (`410`); only the operation still tells how far it is.
         */
        delete: operations["eraseMe"];
        options?: never;
        head?: never;
        /**
         * Change how you want the platform to be.
         * @description A JSON merge patch (RFC 7396): what is absent stays, `null` clears. `channels` and `webhooks` are replaced whole.
         */
        patch: operations["changeMe"];
        trace?: never;
    };
    "/api/v1/me/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invitations that you have.
         * @description Those that stand, the one that is over first at the top.
         */
        get: operations["listMyInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/invitations/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation.
         * @description From then on you are in the list. Doing it twice is fine.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/invitations/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decline an invitation. */
        post: operations["declineInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what you were told.
         * @description Of the last 30 days, what happened last first. A moment may pass until one that was just begun is among them.
         */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See whether you are told.
         * @description By every channel that you chose, as a reminder would be.
         */
        post: operations["testNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how something is told, by each way. */
        get: operations["getNotification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that you have seen it. */
        post: operations["readNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/notifications/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try again what was given up. */
        post: operations["retryNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your web hooks. */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Add a web hook.
         * @description From now on it is told by `POST`, as JSON. The header `Todo-Signature` is `t=SECONDS,v1=HEX`, HEX being HMAC-SHA256 of `SECONDS.BODY`
         *     under the secret of this answer; `Todo-Notification-Id` is the same where something comes twice. Any status of 200 to 299 says that it
         *     arrived; anything else, and a redirect as well, is tried again. One that is there already gets another secret.
         */
        post: operations["addWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a web hook. */
        delete: operations["removeWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/webhooks/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable a web hook that failed too often. */
        post: operations["enableWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a web hook another secret.
         * @description The old one counts no more.
         */
        post: operations["renewWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List operations.
         * @description The caller's, those that began last first. A moment may pass until one that was just begun is among them.
         */
        get: operations["listOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how an operation stands. */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}/abort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Abort an operation.
         * @description Once the present step is over, what was done is taken back, the last first.
         */
        post: operations["abortOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what became of each todo of an operation.
         * @description In the order in which they were given, some hundred on a page; where there are more, `Link` leads on.
         */
        get: operations["listOperationItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a parked operation go on. */
        post: operations["retryOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back what an operation did.
         * @description Of an operation that is completed. It is an operation of its own; asked twice, it is the same one. What was changed since
         *     is left as it is, and told.
         */
        post: operations["undoOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operator/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List everybody's operations.
         * @description For operators: up to 200, those that began last first.
         */
        get: operations["listAllOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operator/operations/{id}/abort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have anybody's operation take back what it did so far. */
        post: operations["abortAnyOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operator/operations/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let anybody's parked operation go on. */
        post: operations["retryAnyOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operator/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how the platform is doing.
         * @description For operators. Figures only: nothing of what people wrote.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quick-add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read a typed line as a todo.
         * @description English days (`today`, `next monday`, `in 3 days`, `24 dec`), times (`5pm`, `17:30`), tags (`#home`) and priorities
         *     (`!urgent` or `!1`, to `!low` or `!4`) are taken out of the title. Words between quotation marks stay. Only says what
         *     was understood, or creates it too.
         */
        post: operations["quickAdd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recurrence/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a recurrence would give.
         * @description Says in plain words what the rule says, and when the todo would be due next. Changes nothing.
         */
        post: operations["previewRecurrence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find todos.
         * @description All conditions must hold. Without `limit` up to 1000 come at once; where there are more, `Link` leads on.
         */
        get: operations["listTodos"];
        put?: never;
        /**
         * Create a todo.
         * @description With an `Idempotency-Key` it can be sent again without creating a second one: the first answer is given again.
         */
        post: operations["createTodo"];
        /**
         * Put all todos into the trash.
         * @description With `Prefer: respond-async` as an operation, which can be followed and undone.
         */
        delete: operations["deleteAllTodos"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change many todos.
         * @description The same change of up to 10,000 todos, as one operation. What becomes of each is told by the operation; one that cannot be
         *     changed does not hinder the others. With `Prefer: respond-async` the answer comes at once; without, it waits some seconds
         *     for the end.
         */
        post: operations["changeTodos"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create many todos.
         * @description From up to 10,000 drafts, each as in `createTodo`, as one operation. Where any draft cannot be taken, all that is wrong is
         *     told at once and nothing is created. With `Prefer: respond-async` the answer comes at once; without, it waits some seconds
         *     for the end.
         */
        post: operations["importTodos"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a todo, as it is or as it was.
         * @description With `at`, it is read from its history: as it stood at that instant, unless it did not exist yet or lay in the trash. An
         *     instant to come gives what is.
         */
        get: operations["getTodo"];
        put?: never;
        post?: never;
        /**
         * Put a todo into the trash.
         * @description Deleting it twice is fine. It can be restored.
         */
        delete: operations["deleteTodo"];
        options?: never;
        head?: never;
        /**
         * Change some fields of a todo.
         * @description A JSON merge patch (RFC 7396): what is absent stays, `null` clears. `due` is one value: it is replaced whole. An
         *     empty patch changes nothing.
         */
        patch: operations["changeTodo"];
        trace?: never;
    };
    "/api/v1/todos/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a todo. */
        post: operations["completeTodo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what happened to a todo.
         * @description Who did what when, the oldest first, and each field before and after. Also of a todo in the trash. Without `limit` up to
         *     1000 events come at once; where there are more, `Link` leads on.
         */
        get: operations["getTodoHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reopen a todo. */
        post: operations["reopenTodo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a todo out of the trash. */
        post: operations["restoreTodo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pass over an occurrence.
         * @description A todo that comes again goes on to its next occurrence without being done.
         */
        post: operations["skipOccurrence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a reminder off.
         * @description It rings again then, whether it rang already or not, unless the todo is done before that.
         */
        post: operations["snoozeReminder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/todos/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a change of a todo.
         * @description Undoes the last change, or the one that `version` is part of: all that one request did. Nothing is deleted from the
         *     history: a new change compensates for the old one, and can be undone like any. Undoing a creation puts the todo into the
         *     trash, undoing a deletion takes it out. Where a field holds something newer by now, it is said which, and nothing is done.
         */
        post: operations["undoTodo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A process that hosts actors. */
        ActorHost: {
            /** @description How many actors it has in memory, by type. */
            actors: {
                [key: string]: number;
            };
            /** @description Names the process for as long as it runs. */
            name: string;
        };
        /** @description What a person got done. */
        Analytics: {
            /** @description Every day from the first to the last. */
            days: components["schemas"]["AnalyticsDay"][];
            /**
             * Format: date
             * @description The first day.
             * @example 2026-10-26
             */
            from: string;
            /** @description Days in a row with a completion. */
            streak: components["schemas"]["Streak"];
            /**
             * Format: date
             * @description The last day.
             * @example 2026-11-24
             */
            to: string;
            /** @description All of them together. */
            totals: components["schemas"]["AnalyticsTotals"];
            /**
             * @description The zone whose days these are.
             * @example Europe/Berlin
             */
            zone: string;
        };
        /** @description One day. */
        AnalyticsDay: {
            /**
             * Format: int64
             * @description Completions that were not withdrawn.
             */
            completed: number;
            /**
             * Format: int64
             * @description Todos that came into being.
             */
            created: number;
            /**
             * Format: date
             * @description Which.
             * @example 2026-11-24
             */
            day: string;
            leadTime: components["schemas"]["LeadTime"] | null;
            /**
             * Format: int64
             * @description Todos that were open past their due time when the day ended; today: now.
             */
            overdue: number;
        };
        /** @description What the days make together. */
        AnalyticsTotals: {
            /**
             * Format: int64
             * @description Completions that were not withdrawn.
             */
            completed: number;
            /**
             * Format: int64
             * @description Todos that came into being.
             */
            created: number;
            leadTime: components["schemas"]["LeadTime"] | null;
        };
        /** @description Somebody's operation, as an operator sees it. */
        AnybodysOperation: components["schemas"]["Operation"] & {
            /**
             * @description Whose it is.
             * @example ana
             */
            owner: string;
        };
        /**
         * @description How to put a list away.
         * @example {
         *       "complete": true
         *     }
         */
        ArchiveRequest: {
            /**
             * @description Whether to complete what is open in it.
             * @default false
             */
            complete: boolean;
        };
        /**
         * @description What to do to which todos.
         * @example {
         *       "do": "complete",
         *       "todos": [
         *         "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11"
         *       ]
         *     }
         */
        BulkRequest: {
            do: ("complete" | "reopen" | "delete" | "restore" | "tag" | "untag" | "priority" | "move") & Record<string, never>;
            /**
             * @description With `move`: where to, a list that the caller may edit.
             * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
             */
            list?: string;
            priority?: components["schemas"]["Priority"] | null;
            /** @description With `tag` and `untag`: which, 1 to 50 characters. */
            tag?: string;
            /** @description Their ids, each once. */
            todos: string[];
        };
        /**
         * @description By what somebody is told.
         * @enum {string}
         */
        Channel: "page" | "email" | "webhook";
        /**
         * @description How to copy a list.
         * @example {
         *       "name": "Packing, next time",
         *       "reset": true
         *     }
         */
        CopyRequest: {
            /** @description What the copy is called; as the list is, if it is left out. */
            name?: string;
            /**
             * @description Whether to begin anew: what is done is copied, too, as open, and nothing is due at a time.
             * @default false
             */
            reset: boolean;
        };
        /** @description How many todos there are of each kind. What lies in the trash counts as `deleted` only. */
        Counts: {
            /**
             * Format: int64
             * @description Done.
             */
            completed: number;
            /**
             * Format: int64
             * @description In the trash.
             */
            deleted: number;
            /** @description By list, where there is any; those with most open first. */
            lists: components["schemas"]["ListCount"][];
            /**
             * Format: int64
             * @description Still to be done.
             * @example 12
             */
            open: number;
            /**
             * Format: int64
             * @description Open and overdue, earlier today included.
             */
            overdue: number;
            /** @description By tag, in the same way. */
            tags: components["schemas"]["TagCount"][];
            /**
             * Format: int64
             * @description Open and due within the caller's day.
             */
            today: number;
            /**
             * Format: int64
             * @description Open and due after the caller's day.
             */
            upcoming: number;
        };
        /** @description Messages that a group of readers could not take. */
        DeadLetters: components["schemas"]["Waiting"] & {
            /**
             * @description Which group.
             * @example todo-views
             */
            group: string;
        };
        /** @description One way by which somebody is told. */
        Delivery: {
            /**
             * Format: date-time
             * @description While it is pending, when it is tried again; else when it was over.
             */
            at: string;
            /**
             * Format: int32
             * @description The last attempt, from 1.
             */
            attempt: number;
            /** @description `page`, `email` or `webhook`. */
            by: string;
            /** @description Why the last attempt failed, or why it is skipped. */
            problem?: string;
            /** @description `pending`, `delivered`, `skipped` or `given-up`. */
            status: string;
            /** @description Which web hook. */
            webhook?: string;
        };
        /** @description A local time and where it holds. */
        Due: {
            /**
             * @description What the clock on the wall shows: a day (`2026-11-24`) or a time (`2026-11-24T09:00:00`), without an offset.
             * @example 2026-11-24T09:00:00
             */
            local: string;
            /**
             * @description The IANA time zone of that clock.
             * @example Europe/Berlin
             */
            zone: string;
        };
        /** @description A field that changed. */
        FieldChange: {
            /** @description Its value after, as a todo has it. */
            after: unknown;
            /** @description Its value before, as a todo has it. */
            before: unknown;
            /**
             * @description Its name: one of a todo's own, or `deleted`, which is whether it lies in the trash.
             * @example title
             */
            field: string;
        };
        /** @description What is wrong with one field. */
        FieldError: {
            /**
             * @description Which one, for example `due.zone` or `tags[2]`.
             * @example title
             */
            field: string;
            /**
             * @description What is wrong with it.
             * @example has 10000 characters
             */
            problem: string;
            /**
             * @description What would be right.
             * @example use at most 500 characters
             */
            remedy: string;
        };
        /** @description A query that is kept under a name. */
        Filter: {
            /**
             * @description Its name.
             * @example Garden, soon
             */
            name: string;
            /**
             * @description The parameters of `GET /api/v1/todos` that it stands for.
             * @example tag=garden&status=open&sort=due
             */
            query: string;
        };
        /** @description Something that happened to a todo. */
        HistoryEntry: {
            /** @description What led to it, if that is known: of an undo, the last event of the change that it undid. */
            causationId?: string;
            /** @description What it changed. */
            changes: components["schemas"]["FieldChange"][];
            /**
             * @description The request that did it. Events of one request are one change, and are undone together.
             * @example 01932c07-5a3e-7cc0-9a55-0f2b8d0c7f12
             */
            commandId: string;
            /**
             * @description The conversation that it belongs to.
             * @example 01932c07-5a3e-7cc0-9a55-0f2b8d0c7f12
             */
            correlationId: string;
            /**
             * Format: uuid
             * @description Names the event for good.
             * @example 01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
             */
            eventId: string;
            /**
             * @description What kind of thing happened.
             * @example TitleChanged
             */
            eventType: string;
            /**
             * @description Who did it.
             * @example local
             */
            principal: string;
            /**
             * Format: date-time
             * @description When.
             * @example 2026-11-24T09:00:00Z
             */
            timestamp: string;
            /**
             * Format: int64
             * @description The todo's version after it.
             * @example 2
             */
            version: number;
        };
        /** @description That somebody may come into a list. */
        Invitation: {
            /**
             * Format: date-time
             * @description From when on it is as if it had never been.
             */
            expires: string;
            /**
             * @description Who asked them.
             * @example ana
             */
            invitedBy: string;
            /** @description What the person may do once they are in it. */
            role: components["schemas"]["Role"];
            /**
             * @description Who.
             * @example ben
             */
            user: string;
        };
        /** @description How long it took from creation to completion, exactly, by nearest rank. */
        LeadTime: {
            /**
             * Format: int64
             * @description Half of them took no longer, in whole seconds.
             */
            medianSeconds: number;
            /**
             * Format: int64
             * @description 95 in 100 took no longer, in whole seconds.
             */
            p95Seconds: number;
        };
        /** @description A list that several people may share. */
        List: {
            /** @description Whether it is put away: nothing in it changes. */
            archived: boolean;
            /** @description Whether it lies in the trash, with all that is in it. */
            readonly deleted: boolean;
            /** @description More about it. */
            description: string | null;
            /**
             * @description Names it for good.
             * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
             */
            readonly id: string;
            /**
             * @description What it is called.
             * @example Garden
             */
            name: string;
            /**
             * @description Whose it is.
             * @example ana
             */
            owner: string;
            /** @description How many people are in it, its owner included. */
            readonly people: number;
            /** @description What the caller may do in it. */
            readonly role: components["schemas"]["Role"];
            /**
             * Format: uri
             * @description Where it is, absolutely.
             */
            readonly url: string;
            /**
             * Format: int64
             * @description Counts its changes; the `ETag`.
             * @example 1
             */
            readonly version: number;
        };
        /** @description How many todos a list has. */
        ListCount: {
            /**
             * Format: int64
             * @description Done.
             */
            completed: number;
            /**
             * @description Which list.
             * @example list-5f8b6b1e-7c1d-5a53-8d0e-3c8f0f2a9b11
             */
            list: string;
            /**
             * Format: int64
             * @description Still to be done.
             */
            open: number;
        };
        /**
         * @description What to change of a list.
         * @example {
         *       "archived": true
         *     }
         */
        ListPatch: {
            /** @description Whether it is put away. */
            archived?: boolean;
            /** @description More about it; `null` for nothing. */
            description?: string | null;
            /** @description What it is called. */
            name?: string;
            /**
             * @description Whose it is from now on: a member's id. Stands alone.
             * @example ben
             */
            owner?: string;
        };
        /** @description Who the caller is, and how they want the platform to be. */
        Me: {
            /** @description By what they want to be told. */
            channels: components["schemas"]["Channel"][];
            /** @description What to call them. */
            displayName: string | null;
            /**
             * @description Where they read mail.
             * @example ana@example.org
             */
            email: string | null;
            /**
             * @description Names the person.
             * @example ana
             */
            readonly id: string;
            /**
             * @description The list that what they do for themselves is in.
             * @example list-5f8b6b1e-7c1d-5a53-8d0e-3c8f0f2a9b11
             */
            readonly inbox: string;
            /** @description Whether the caller may look after the platform itself. */
            readonly operator: boolean;
            quietHours: components["schemas"]["QuietHours"] | null;
            /** @description The most that the caller's token may do. */
            readonly role: components["schemas"]["Role"];
            /**
             * Format: int64
             * @description Counts the changes of what the person keeps; the `ETag`.
             */
            readonly version: number;
            /** @description Where their own programs are told. */
            webhooks: string[];
            /**
             * @description Where their clock is: an IANA time zone.
             * @example Europe/Berlin
             */
            zone: string | null;
        };
        /**
         * @description How the caller wants the platform to be.
         * @example {
         *       "quietHours": {
         *         "from": "22:00",
         *         "to": "07:00"
         *       },
         *       "zone": "Europe/Berlin"
         *     }
         */
        MePatch: {
            /** @description By what they want to be told: all of it. */
            channels?: components["schemas"]["Channel"][] | null;
            /** @description What to call them; `null` for nothing. */
            displayName?: string | null;
            /** @description Where they read mail. */
            email?: string | null;
            quietHours?: components["schemas"]["QuietHours"] | null;
            /** @description Where their own programs are told, by https: all of them. */
            webhooks?: string[] | null;
            /** @description An IANA time zone. */
            zone?: string | null;
        };
        /** @description Somebody in a list. */
        Member: {
            /** @description What the person may do. */
            role: components["schemas"]["Role"];
            /**
             * @description Who.
             * @example ben
             */
            user: string;
        };
        /** @description A moment: an instant, or what a clock shows somewhere. */
        Moment: string | components["schemas"]["Due"];
        /**
         * @description A query to be kept.
         * @example {
         *       "query": "tag=garden&status=open&sort=due"
         *     }
         */
        NewFilter: {
            /** @description Parameters of `GET /api/v1/todos`, as in its URL; without `cursor` and `filter`. */
            query: string;
        };
        /**
         * @description What somebody is invited to be in a list.
         * @example {
         *       "role": "editor"
         *     }
         */
        NewInvitation: {
            /**
             * Format: date-time
             * @description Until when they may say so: a week from now if nothing is said, 30 days at most.
             */
            expires?: string | null;
            /** @description What the person may do once they are in it. */
            role: components["schemas"]["Role"];
        };
        /**
         * @description A list that does not exist yet.
         * @example {
         *       "name": "Garden"
         *     }
         */
        NewList: {
            /** @description More about it. */
            description?: string | null;
            /** @description What it is called. */
            name: string;
        };
        /**
         * @description What somebody is to be in a list.
         * @example {
         *       "role": "editor"
         *     }
         */
        NewMember: {
            /** @description What the person may do. */
            role: components["schemas"]["Role"];
        };
        /**
         * @description A series to try out.
         * @example {
         *       "due": {
         *         "local": "2026-11-24T09:00:00",
         *         "zone": "Europe/Berlin"
         *       },
         *       "recurrence": {
         *         "rule": "FREQ=MONTHLY;BYDAY=-1FR"
         *       }
         *     }
         */
        NewPreview: {
            /** @description The first occurrence. */
            due: components["schemas"]["Due"];
            /** @description How it comes again. */
            recurrence: components["schemas"]["NewRecurrence"];
        };
        /**
         * @description How a todo is to come again.
         * @example {
         *       "rule": "FREQ=WEEKLY;BYDAY=MO,FR"
         *     }
         */
        NewRecurrence: {
            /** @description Counted from what; `due` if absent. */
            from?: components["schemas"]["RecurrenceBasis"];
            /** @description On which days: an `RRULE` of RFC 5545. */
            rule: string;
        };
        /**
         * @description A reminder to be set: one of the two.
         * @example {
         *       "minutesBefore": 30
         *     }
         */
        NewReminder: {
            /** @description Then. */
            at?: components["schemas"]["Moment"];
            /**
             * Format: int32
             * @description So many minutes before the todo is due; less than 0: after. A whole day counts from its start.
             */
            minutesBefore?: number;
        };
        /**
         * @description A step of a todo.
         * @example {
         *       "title": "Fill the can"
         *     }
         */
        NewSubtask: {
            /** @description Whether it is done; not if absent. */
            completed?: boolean;
            /**
             * Format: int32
             * @description Which one it is; a new one if absent.
             */
            id?: number;
            /** @description What is to be done. */
            title: string;
        };
        /**
         * @description A todo that does not exist yet.
         * @example {
         *       "due": {
         *         "local": "2026-11-24T09:00:00",
         *         "zone": "Europe/Berlin"
         *       },
         *       "title": "Water the plants"
         *     }
         */
        NewTodo: {
            /** @description Done already, as when it is imported. */
            completed?: boolean;
            /** @description More about it, in Markdown. */
            description?: string | null;
            due?: components["schemas"]["Due"] | null;
            /** @description Where it goes; the caller's inbox if absent. */
            list?: string;
            /**
             * Format: double
             * @description Its place by hand: lower comes first.
             */
            order?: number | null;
            priority?: components["schemas"]["Priority"] | null;
            recurrence?: components["schemas"]["NewRecurrence"] | null;
            /** @description When to remind the caller. */
            reminders?: components["schemas"]["NewReminder"][] | null;
            /** @description Its steps. */
            subtasks?: components["schemas"]["NewSubtask"][] | null;
            /** @description Words to find it by, each 1 to 50 characters. */
            tags?: string[] | null;
            /** @description What is to be done. */
            title: string;
        };
        /** @description Where a program is to be told. */
        NewWebhook: {
            /**
             * Format: uri
             * @description By HTTPS, in the public Internet.
             * @example https://example.org/hook
             */
            url: string;
        };
        /** @description That the caller is told something, and how far that has come. */
        Notification: {
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description By what it is told. */
            deliveries: components["schemas"]["Delivery"][];
            /** @description Why nobody is told: `moot`, `unwanted` or `unplanned`. */
            dropped?: string;
            /**
             * Format: date-time
             * @description Until when it is held.
             */
            heldUntil?: string;
            /**
             * @description Receivers of mail and web hooks know it by this: what comes twice is the same.
             * @example notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
             */
            id: string;
            /** @description What is told: `reminder` or `test`. */
            kind: string;
            /**
             * Format: date-time
             * @description When the caller has seen it.
             */
            readAt?: string;
            /** @description `planning`; `held` until quiet hours are over; `delivering`; at its end `ended`, or `dropped`, so that nobody is told. */
            status: string;
            /** @description The todo that it is about. */
            todo?: string;
        };
        /** @description An occurrence. */
        Occurrence: {
            /** @description When it is due. */
            due: components["schemas"]["Due"];
            /**
             * Format: date-time
             * @description The instant from which on it is overdue then.
             * @example 2026-11-27T08:00:00Z
             */
            overdue: string;
        };
        /** @description Something that takes longer, and how it stands. */
        Operation: {
            /**
             * Format: date-time
             * @description When it takes itself back if it is not over; what erases goes on.
             */
            deadline: string;
            /** @description What it does to each todo. */
            do: string;
            /** Format: date-time */
            endedAt?: string;
            /** @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11 */
            id: string;
            /**
             * Format: int32
             * @description How many things it works on: todos, and the list itself.
             */
            items: number;
            /**
             * Format: uri
             * @description What became of each todo.
             */
            itemsUrl: string;
            /**
             * @description What sort of operation it is: `bulk`, `delete-all`, `import`, `list-delete`, `list-archive`, `list-copy`,
             *     `erase` or `undo`.
             */
            kind: string;
            /** @description The list that it is about: the one that is deleted, archived or made, or where todos are moved to. */
            list?: string;
            /** @description What became of those that it has worked on. */
            outcomes: components["schemas"]["OperationOutcomes"];
            /** @description Why the present step is tried again, or why it is parked. */
            problem?: string;
            /** Format: date-time */
            startedAt: string;
            /**
             * @description `running`; `waiting` to try a step again; `parked`, so that somebody must look; `compensating`, as it takes back what it
             *     did; at its end `completed` or `compensated`.
             */
            status: string;
            /** @description Its steps. */
            steps: components["schemas"]["OperationSteps"];
            /** @description Why what it did is taken back: `aborted`, `overdue`, or `refused`, where the list itself refused. */
            stopping?: string;
            /** @description The operation that it takes back. */
            undoes?: string;
            /** @description What became of those that it has taken back. */
            undone?: components["schemas"]["OperationOutcomes"];
            /**
             * Format: uri
             * @description Where it is.
             */
            url: string;
        };
        /** @description What became of one todo, or of the list itself. */
        OperationItem: {
            /** @description Which todo, or which list. */
            id: string;
            /** @description `pending`, `done`, `unchanged` or `refused`. */
            outcome: string;
            /** @description Of what is refused: the kind of problem, as in `/problems/…`. */
            problem?: string;
            /** @description Whether it was taken back, of what was to be: as `outcome`. */
            undone?: string;
            /**
             * Format: int64
             * @description Its version after it.
             */
            version?: number;
        };
        /** @description What became of todos. */
        OperationOutcomes: {
            /**
             * Format: int32
             * @description Changed.
             */
            done: number;
            /**
             * Format: int32
             * @description They could not be.
             */
            refused: number;
            /**
             * Format: int32
             * @description That way already.
             */
            unchanged: number;
        };
        /** @description How far it is. */
        OperationSteps: {
            /**
             * Format: int32
             * @description The attempt at the present one.
             */
            attempt: number;
            /**
             * Format: int32
             * @description How many were taken.
             */
            taken: number;
            /**
             * Format: int32
             * @description How many of these were taken back.
             */
            takenBack: number;
            /**
             * Format: int32
             * @description How many there are.
             */
            total: number;
        };
        /** @description How the platform is doing. A part that this installation does not have is `null`. */
        Overview: {
            /**
             * Format: date-time
             * @description When it was asked.
             */
            at: string;
            /** @description Messages that were put aside and not settled since, by the group that could not take them. */
            deadLetters: components["schemas"]["DeadLetters"][] | null;
            /** @description Who hosts actors. */
            hosts: components["schemas"]["ActorHost"][];
            outbox: components["schemas"]["Waiting"] | null;
            /** @description How far each projection is. */
            projections: components["schemas"]["ProjectionProgress"][];
            /** @description Views that are made anew. */
            replays: components["schemas"]["Replay"][] | null;
            /** @description The parts that did not say how they are, by the names that they have here. */
            silent: string[];
        };
        /**
         * @description How much it matters.
         * @enum {string}
         */
        Priority: "low" | "medium" | "high" | "urgent";
        /** @description What went wrong, by RFC 9457, and what to do. */
        Problem: {
            /**
             * Format: int64
             * @description With 412: the version that is true now.
             */
            currentVersion?: number;
            /** @description What happened this time. Never repeats what a person wrote. */
            detail: string;
            /** @description What is wrong with each field, parameter or header. */
            errors?: components["schemas"]["FieldError"][];
            /**
             * Format: uri-reference
             * @description The path that was asked.
             */
            instance: string;
            /** @description What to do. */
            remedy: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The kind in a few words. */
            title: string;
            /**
             * Format: uri-reference
             * @description Names the kind of problem; a page at this path explains it.
             * @example /problems/invalid-fields
             */
            type: string;
        };
        /** @description How far a todo's steps are. */
        Progress: {
            /**
             * @description How many are done.
             * @example 1
             */
            completed: number;
            /**
             * @description How many there are.
             * @example 3
             */
            total: number;
        };
        /** @description How one projection stands. */
        ProjectionProgress: {
            /**
             * Format: int64
             * @description How many there are that it has not taken yet.
             */
            behind: number;
            /**
             * @description Which.
             * @example views
             */
            name: string;
            /**
             * Format: int64
             * @description How many of the events that the feed holds it has taken.
             */
            taken: number;
        };
        /**
         * @description A line as a person types it.
         * @example {
         *       "text": "Call mum tomorrow 5pm #family !high",
         *       "zone": "Europe/Berlin"
         *     }
         */
        QuickAdd: {
            /** @description Create the todo, and do not only say what was understood. */
            create?: boolean;
            /** @description With `create`: where it goes; the inbox if absent. */
            list?: string;
            /**
             * Format: date-time
             * @description When it was typed; now if absent. For a client that sends it later.
             */
            now?: string;
            /**
             * Format: double
             * @description With `create`: its place by hand.
             */
            order?: number | null;
            /** @description For example `Call mum tomorrow 5pm #family !high`. */
            text: string;
            /**
             * @description The IANA time zone in which it was typed.
             * @example Europe/Berlin
             */
            zone: string;
        };
        /** @enum {string} */
        QuickAddKind: "day" | "time" | "tag" | "priority";
        /** @description A part of a line and what it was understood as. */
        QuickAddSpan: {
            /** @description Where it ends, in UTF-16 code units. */
            end: number;
            /** @description What it says. */
            kind: components["schemas"]["QuickAddKind"];
            /** @description Where it begins, in UTF-16 code units. */
            start: number;
        };
        /** @description From one time of the day until another, over midnight where the second comes first. */
        QuietHours: {
            /**
             * @description When they begin.
             * @example 22:00
             */
            from: string;
            /**
             * @description When they are over.
             * @example 07:00
             */
            to: string;
        };
        /** @description That the caller may come into a list: what is told of it before they are in it. */
        ReceivedInvitation: {
            /**
             * Format: date-time
             * @description From when on it is as if it had never been.
             */
            expires: string;
            /**
             * @description Into which list; names the invitation, too.
             * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
             */
            id: string;
            /**
             * @description Who asked.
             * @example ana
             */
            invitedBy: string;
            /**
             * @description What the list is called.
             * @example Garden
             */
            name: string;
            /** @description What the caller may do once they are in it. */
            role: components["schemas"]["Role"];
            /**
             * Format: uri
             * @description Where the invitation is, absolutely: `/accept` and `/decline` below it.
             */
            url: string;
        };
        /** @description How a todo comes again. */
        Recurrence: {
            /**
             * @description The rule in plain English.
             * @example every week on Monday and Friday
             */
            readonly description: string;
            /** @description Counted from what. */
            from: components["schemas"]["RecurrenceBasis"];
            /**
             * Format: int32
             * @description Which occurrence this is.
             * @example 3
             */
            readonly occurrence: number;
            /**
             * @description On which days: an `RRULE` of RFC 5545 with FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), INTERVAL, COUNT or UNTIL, BYMONTH, BYMONTHDAY,
             *     BYDAY, BYSETPOS and WKST.
             * @example FREQ=WEEKLY;BYDAY=MO,FR
             */
            rule: string;
        };
        /**
         * @description From when the next occurrence is counted: `due`, from the one before, for a fixed rhythm; `completion`, from the day on which that was
         *     done.
         * @enum {string}
         */
        RecurrenceBasis: "due" | "completion";
        /** @description What a series gives. */
        RecurrencePreview: {
            /**
             * @description The rule in plain English.
             * @example every month on the last Friday
             */
            description: string;
            /** @description Whether there is nothing after these. */
            ends: boolean;
            /** @description What follows the first occurrence, in order, if each is done when it is due: at most five. */
            next: components["schemas"]["Occurrence"][];
            /**
             * @description The rule, in its one form.
             * @example FREQ=MONTHLY;BYDAY=-1FR
             */
            rule: string;
        };
        /** @description When to remind somebody. */
        Reminder: {
            /** @description Or then. */
            at?: components["schemas"]["Moment"];
            /**
             * @description Names it within the todo.
             * @example 9f86d081884c7d65
             */
            readonly id: string;
            /**
             * Format: int32
             * @description So many minutes before the todo is due; less than 0: after. A whole day counts from its start.
             * @example 30
             */
            minutesBefore?: number;
            /**
             * @description Who is reminded: who set it.
             * @example local
             */
            readonly person: string;
            /**
             * Format: date-time
             * @description When it rings next; `null` if it rang, or does not ring.
             * @example 2026-11-24T07:30:00Z
             */
            readonly rings: string | null;
        };
        /** @description A view that is made anew beside the one that is read. */
        Replay: {
            /**
             * Format: int64
             * @description How many events it has taken.
             */
            done: number;
            /**
             * Format: int64
             * @description How many there are to take.
             */
            total: number;
            /**
             * @description Which view.
             * @example views
             */
            view: string;
        };
        /**
         * @description What somebody may do: look, change what is in it, or everything.
         * @enum {string}
         */
        Role: "viewer" | "editor" | "owner";
        /**
         * @description Until when to put a reminder off: one of the two.
         * @example {
         *       "minutes": 10
         *     }
         */
        Snooze: {
            /**
             * Format: int32
             * @description So many minutes from now.
             */
            minutes?: number;
            /**
             * @description Which; the caller's one that rang last if absent.
             * @example 9f86d081884c7d65
             */
            reminder?: string;
            /**
             * Format: date-time
             * @description Until this instant.
             */
            until?: string;
        };
        /** @description Days in a row with a completion, whatever days were asked for. */
        Streak: {
            /**
             * Format: int64
             * @description Up to today, or up to yesterday where today has none yet.
             */
            current: number;
            /**
             * Format: int64
             * @description The most that there ever were.
             */
            longest: number;
        };
        /** @description A step of a todo. */
        Subtask: {
            /** @description Whether it is done. */
            completed: boolean;
            /**
             * Format: int32
             * @description Names it within the todo, for good.
             * @example 1
             */
            id: number;
            /**
             * @description What is to be done.
             * @example Fill the can
             */
            title: string;
        };
        /** @description How many todos have a tag. */
        TagCount: {
            /**
             * Format: int64
             * @description Done.
             */
            completed: number;
            /**
             * Format: int64
             * @description Still to be done.
             */
            open: number;
            /**
             * @description Which tag.
             * @example home
             */
            tag: string;
        };
        /** @description A todo. */
        Todo: {
            /** @description Whether it is done. */
            completed: boolean;
            /**
             * Format: date-time
             * @description When it was completed; `null` while it is not. Left out like `createdAt`.
             */
            readonly completedAt?: string | null;
            /**
             * Format: date-time
             * @description When it was created. Left out of the answer to a change where it cannot be told in time.
             * @example 2026-11-24T09:00:00Z
             */
            readonly createdAt?: string;
            /** @description More about it, in Markdown. */
            description: string | null;
            due: components["schemas"]["Due"] | null;
            /**
             * @description Names it for good.
             * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
             */
            readonly id: string;
            /**
             * @description Where it is.
             * @example list-5f8b6b1e-7c1d-5a53-8d0e-3c8f0f2a9b11
             */
            list: string;
            /**
             * Format: double
             * @description Its place by hand: lower comes first.
             * @example 10
             */
            order: number | null;
            priority: components["schemas"]["Priority"] | null;
            readonly progress: components["schemas"]["Progress"] | null;
            recurrence: components["schemas"]["Recurrence"] | null;
            /** @description When whom to remind. */
            reminders: components["schemas"]["Reminder"][];
            /** @description Its steps, in order. */
            subtasks: components["schemas"]["Subtask"][];
            /**
             * @description Words to find it by, in order.
             * @example [
             *       "home"
             *     ]
             */
            tags: string[];
            /**
             * @description What is to be done.
             * @example Water the plants
             */
            title: string;
            /**
             * Format: date-time
             * @description When it last changed. Left out like `createdAt`.
             * @example 2026-11-24T09:00:00Z
             */
            readonly updatedAt?: string;
            /**
             * Format: uri
             * @description Where it is, absolutely.
             * @example http://127.0.0.1:8080/api/v1/todos/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
             */
            readonly url: string;
            /**
             * Format: int64
             * @description Counts its changes; the `ETag`.
             * @example 1
             */
            readonly version: number;
        };
        /**
         * @description What to change: absent fields stay, `null` clears.
         * @example {
         *       "priority": null,
         *       "title": "Water the plants"
         *     }
         */
        TodoPatch: {
            /** @description Complete it (`true`) or reopen it (`false`). */
            completed?: boolean;
            /** @description More about it, in Markdown. */
            description?: string | null;
            due?: components["schemas"]["Due"] | null;
            /** @description Where it goes. */
            list?: string;
            /**
             * Format: double
             * @description Its place by hand.
             */
            order?: number | null;
            priority?: components["schemas"]["Priority"] | null;
            recurrence?: components["schemas"]["NewRecurrence"] | null;
            /** @description Replaces all reminders of the caller. */
            reminders?: components["schemas"]["NewReminder"][] | null;
            /**
             * @description Replaces all subtasks: in this order; one that is named by its id stays that one, the others go. With `If-Match`, nobody's
             *     change meanwhile is lost.
             */
            subtasks?: components["schemas"]["NewSubtask"][] | null;
            /** @description Replaces all tags. */
            tags?: string[] | null;
            /** @description What is to be done. */
            title?: string;
        };
        /** @description What was understood of a line. */
        Understood: {
            due: components["schemas"]["Due"] | null;
            priority: components["schemas"]["Priority"] | null;
            /** @description Which parts of the line were understood as what, in order. */
            spans: components["schemas"]["QuickAddSpan"][];
            /** @description Its tags, in order. */
            tags: string[];
            /** @description What is left for the title; `null` if nothing is. */
            title: string | null;
        };
        /**
         * @description What to undo.
         * @example {
         *       "version": 3
         *     }
         */
        Undo: {
            /**
             * Format: int64
             * @description The version of an event of the change that is to be undone; the last change if it is left out.
             */
            version?: number;
        };
        /** @description What waits, and since when. */
        Waiting: {
            /**
             * Format: date-time
             * @description Since when the oldest of them waits.
             */
            oldest: string | null;
            /**
             * Format: int64
             * @description How many.
             */
            waiting: number;
        };
        /** @description A program of the caller's that is told things. */
        Webhook: {
            /** @description Whether it failed so often that nothing is sent to it any more, but for a try now and then. */
            disabled: boolean;
            /**
             * Format: date-time
             * @description Since when, or when it was last tried since.
             */
            disabledAt?: string;
            /**
             * Format: int32
             * @description How many attempts failed since the last that did not.
             */
            failures: number;
            /** @example webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11 */
            id: string;
            /** @description Why the last one failed. */
            problem?: string;
            /** @description What signs what is sent to it. Shown this once: keep it. */
            secret?: string;
            /**
             * Format: uri
             * @description Where it is.
             * @example https://example.org/hook
             */
            url: string;
        };
    };
    responses: {
        /**
         * @description `/problems/malformed-json`: The request's body could not be read as JSON; the detail says where it breaks.
         *
         *     `/problems/invalid-id`: The path holds something that cannot be the id of a todo.
         *
         *     `/problems/invalid-query`: A parameter is unknown, given twice, or has a value that it cannot have; `errors` names each.
         *
         *     `/problems/invalid-header`: A header that the request carries is malformed; `errors` names it.
         */
        Problem400: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The request's body could not be read as JSON; the detail says where it breaks.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Send one JSON object in UTF-8.",
                 *       "status": 400,
                 *       "title": "The body is not JSON",
                 *       "type": "/problems/malformed-json"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/unauthorized`: The request carries no token that holds: none at all, or one that has expired or was not made for this server. */
        Problem401: {
            headers: {
                /** @description RFC 6750. */
                "WWW-Authenticate"?: string;
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The request carries no token that holds: none at all, or one that has expired or was not made for this server.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Send `Authorization: Bearer TOKEN`; `todo token --user NAME` makes a token.",
                 *       "status": 401,
                 *       "title": "It is not known who calls",
                 *       "type": "/problems/unauthorized"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/forbidden`: You may see it, but do not have the role that this needs: in the list, or by your token. Nothing was done. */
        Problem403: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "You may see it, but do not have the role that this needs: in the list, or by your token. Nothing was done.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Ask an owner of the list for the role, or use a token that has it.",
                 *       "status": 403,
                 *       "title": "Your role does not allow that",
                 *       "type": "/problems/forbidden"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `/problems/not-found`: No todo of yours has this id, or it lies in the trash.
         *
         *     `/problems/no-operation`: No operation of yours has this id.
         *
         *     `/problems/no-notification`: You were told no such thing in the last 30 days, or have no such web hook.
         *
         *     `/problems/unknown-route`: The API has no such path.
         */
        Problem404: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "No todo of yours has this id, or it lies in the trash.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Look at `GET /api/v1/todos` or `GET /api/v1/lists`; a deleted one can be brought back by `POST /api/v1/todos/{id}/restore`.",
                 *       "status": 404,
                 *       "title": "There is no such todo",
                 *       "type": "/problems/not-found"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/method-not-allowed`: The path exists, but not with this method. */
        Problem405: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The path exists, but not with this method.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Use one of the methods in the `Allow` header.",
                 *       "status": 405,
                 *       "title": "That method is not for this path",
                 *       "type": "/problems/method-not-allowed"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `/problems/request-in-flight`: A request with the same `Idempotency-Key` has not been answered yet.
         *
         *     `/problems/already-exists`: A todo was created under this `Idempotency-Key` before, so long ago that its first answer is forgotten.
         *
         *     `/problems/deleted`: A deleted todo cannot be changed.
         *
         *     `/problems/archived`: Nothing in an archived list changes. Nothing was done.
         *
         *     `/problems/limit-reached`: A bound would be passed; the detail says which. Nothing was done.
         *
         *     `/problems/list-shared`: You own lists that others are in, and they would lose them; `lists` names each. Nothing was done.
         *
         *     `/problems/changed-since`: Undoing this change would lose a later one; `errors` names each field that holds something newer. Nothing was done.
         */
        Problem409: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "A request with the same `Idempotency-Key` has not been answered yet.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Wait a second and send it again: you will get its answer.",
                 *       "status": 409,
                 *       "title": "The same request is being answered",
                 *       "type": "/problems/request-in-flight"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/erased`: Whoever the token speaks for has been erased, or is being erased, and nothing is taken from them any more. `operation` tells how far it is. Nothing was done. */
        Problem410: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Whoever the token speaks for has been erased, or is being erased, and nothing is taken from them any more. `operation` tells how far it is. Nothing was done.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Follow `operation` until it is completed. Whoever comes back does so as somebody else: with a token of another id.",
                 *       "status": 410,
                 *       "title": "This person is erased",
                 *       "type": "/problems/erased"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/precondition-failed`: Somebody changed it since you read it. Nothing was done. `currentVersion` is where it is now. */
        Problem412: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Somebody changed it since you read it. Nothing was done. `currentVersion` is where it is now.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Read it again, look at what changed, and send your change with the new `ETag` in `If-Match`.",
                 *       "status": 412,
                 *       "title": "It is not at the version that you expect",
                 *       "type": "/problems/precondition-failed"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/body-too-large`: The request's body has more bytes than the detail allows. Nothing was done. */
        Problem413: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The request's body has more bytes than the detail allows. Nothing was done.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Send less.",
                 *       "status": 413,
                 *       "title": "The body is too large",
                 *       "type": "/problems/body-too-large"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/unsupported-media-type`: The `Content-Type` header is missing or names something that this path does not read. */
        Problem415: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The `Content-Type` header is missing or names something that this path does not read.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Send `Content-Type: application/json`; for PATCH `application/merge-patch+json` as well.",
                 *       "status": 415,
                 *       "title": "The body's media type is not taken here",
                 *       "type": "/problems/unsupported-media-type"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `/problems/invalid-fields`: The body is JSON, but fields are missing, unknown or have values that they cannot have; `errors` names each. Nothing was done.
         *
         *     `/problems/idempotency-key-reused`: This `Idempotency-Key` came with another request before. Nothing was done.
         */
        Problem422: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The body is JSON, but fields are missing, unknown or have values that they cannot have; `errors` names each. Nothing was done.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Do what `errors` says for each field.",
                 *       "status": 422,
                 *       "title": "Some fields cannot be taken",
                 *       "type": "/problems/invalid-fields"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/too-many-streams`: You have as many streams of live updates open as one person may. */
        Problem429: {
            headers: {
                /** @description Seconds. */
                "Retry-After"?: number;
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "You have as many streams of live updates open as one person may.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Close one: one is enough for a browser, whatever it shows. Then ask again after `Retry-After` seconds.",
                 *       "status": 429,
                 *       "title": "You follow too many streams",
                 *       "type": "/problems/too-many-streams"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `/problems/internal`: A defect of the server. It is not known whether the request took effect. */
        Problem500: {
            headers: {
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "A defect of the server. It is not known whether the request took effect.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Send it again with the same `Idempotency-Key`; if that does not help, tell the operator the `X-Request-Id`.",
                 *       "status": 500,
                 *       "title": "Something went wrong here",
                 *       "type": "/problems/internal"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `/problems/unavailable`: Something that the server depends on does not answer. A change may or may not have taken effect.
         *
         *     `/problems/no-more-streams`: The server has as many streams of live updates open as it takes.
         *
         *     `/problems/views-behind`: What you changed is safe, but the views or the journal do not show it yet, and an answer without it would mislead. Nothing was done.
         */
        Problem503: {
            headers: {
                /** @description Seconds. */
                "Retry-After"?: number;
                /** @description Names the request. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Something that the server depends on does not answer. A change may or may not have taken effect.",
                 *       "instance": "/api/v1/todos",
                 *       "remedy": "Send it again after `Retry-After` seconds, a change with the same `Idempotency-Key`.",
                 *       "status": 503,
                 *       "title": "It cannot be answered now",
                 *       "type": "/problems/unavailable"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description `*`: 412 if the todo that the Idempotency-Key names exists.
         * @example *
         */
        CreateOnly: string;
        /**
         * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        IdempotencyKey: string;
        /**
         * @description The version or versions that the caller read: 412 if it is at another.
         * @example "3"
         */
        IfMatch: string;
        /**
         * @description The version or versions that the caller has: 304 if it is still at one of them.
         * @example "3"
         */
        IfNoneMatch: string;
        /**
         * @description The client's own name for the request, for logs; given back.
         * @example b2c9a6
         */
        RequestId: string;
        /**
         * @description W3C Trace Context.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        Traceparent: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAnalytics: {
        parameters: {
            query?: {
                /**
                 * @description The first day; without it, 29 days before the last one. At most 366 days at once.
                 * @example 2026-10-26
                 */
                from?: string;
                /**
                 * @description The last day; without it, today in `zone`.
                 * @example 2026-11-24
                 */
                to?: string;
                /**
                 * @description The IANA time zone by which days begin and end.
                 * @example Europe/Berlin
                 */
                zone?: string;
                /** @description In this list only. */
                list?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days in order, and what they make together. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    countTodos: {
        parameters: {
            query?: {
                /**
                 * @description The caller's time zone by its IANA name; UTC if absent.
                 * @example Europe/Berlin
                 */
                zone?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there are. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Counts"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    followEvents: {
        parameters: {
            query?: {
                /** @description The same as `Last-Event-ID`, for clients that cannot set a header. */
                lastEventId?: number;
            };
            header?: {
                /** @description The `id` of the last event that the client got: it goes on behind it. */
                "Last-Event-ID"?: number | null;
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happens, as it happens. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listFilters: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the caller keeps. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Filter"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    saveFilter: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The filter's name, percent-encoded.
                 * @example Garden, soon
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFilter"];
            };
        };
        responses: {
            /** @description It is kept. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Filter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    removeFilter: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The filter's name, percent-encoded.
                 * @example Garden, soon
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is none of this name. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listLists: {
        parameters: {
            query?: {
                /** @description Those in the trash instead. */
                deleted?: boolean;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lists. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewList"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description The list's URL. */
                    Location?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            /** @description It is still at the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is over, and was taken back. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async` where that was asked for. */
                    "Preference-Applied"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It lies in the trash. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    changeList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ListPatch"];
                "application/merge-patch+json": components["schemas"]["ListPatch"];
            };
        };
        responses: {
            /** @description The list as it is now. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    archiveList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ArchiveRequest"] | null;
            };
        };
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async` where that was asked for. */
                    "Preference-Applied"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    copyList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CopyRequest"] | null;
            };
        };
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async` where that was asked for. */
                    "Preference-Applied"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listInvitations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is invited. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"][];
                };
            };
            /** @description The list is still at the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
                /**
                 * @description The person's id.
                 * @example ben
                 */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description The invitation. */
            200: {
                headers: {
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    withdrawInvitation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
                /**
                 * @description The person's id.
                 * @example ben
                 */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody of this id is invited. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listMembers: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is in it. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"][];
                };
            };
            /** @description The list is still at the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMember: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
                /**
                 * @description The person's id.
                 * @example ben
                 */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member. */
            200: {
                headers: {
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description The list is still at the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putMember: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
                /**
                 * @description The person's id.
                 * @example ben
                 */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMember"];
            };
        };
        responses: {
            /** @description The member. */
            200: {
                headers: {
                    /** @description The list's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
                /**
                 * @description The person's id.
                 * @example ben
                 */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody of this id is in it. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    restoreList: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is out of the trash. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async` where that was asked for. */
                    "Preference-Applied"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description The version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description It is still at the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description The version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    eraseMe: {
        parameters: {
            query: {
                /**
                 * @description Your own `id`, as `GET /me` shows it: nobody is erased by accident.
                 * @example ana
                 */
                confirm: string;
            };
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description `true` where it was under way before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    changeMe: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MePatch"];
                "application/merge-patch+json": components["schemas"]["MePatch"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    /** @description The version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listMyInvitations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitations. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedInvitation"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list, with you in it. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    declineInvitation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The list's id.
                 * @example list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description At most so many. */
                limit?: number;
                /** @description Where the page before ended: follow its `Link`. */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the caller was told. */
            200: {
                headers: {
                    /** @description The next page, with `rel="next"`. */
                    Link?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    testNotification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getNotification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The notification's id.
                 * @example notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    readNotification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The notification's id.
                 * @example notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    retryNotification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The notification's id.
                 * @example notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's web hooks, and how they stand. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    addWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description It is told from now on. */
            201: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    removeWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The web hook's id.
                 * @example webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is told nothing any more. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    enableWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The web hook's id.
                 * @example webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    renewWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The web hook's id.
                 * @example webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now, with the secret. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listOperations: {
        parameters: {
            query?: {
                /** @description At most so many. */
                limit?: number;
                /** @description Where the page before ended: follow its `Link`. */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's operations. */
            200: {
                headers: {
                    /** @description The next page, with `rel="next"`. */
                    Link?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    abortOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listOperationItems: {
        parameters: {
            query?: {
                /** @description Where the page before ended: follow its `Link`. */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    /** @description The next page, with `rel="next"`. */
                    Link?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationItem"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    retryOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    undoOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listAllOperations: {
        parameters: {
            query?: {
                /**
                 * @description Only those in this state: `open`, `parked` or `ended`.
                 * @example parked
                 */
                status?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operations. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnybodysOperation"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    abortAnyOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    retryAnyOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How its parts are doing. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    quickAdd: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuickAdd"];
            };
        };
        responses: {
            /** @description What was understood. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Understood"];
                };
            };
            /** @description With `create`: created. */
            201: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description The todo's URL. */
                    Location?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    previewRecurrence: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPreview"];
            };
        };
        responses: {
            /** @description What the series gives. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecurrencePreview"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    listTodos: {
        parameters: {
            query?: {
                /** @description By state; `any` is all that are not in the trash. */
                status?: "any" | "open" | "completed" | "deleted";
                /** @description In this list only. */
                list?: string;
                /** @description With this tag; may be given more than once: with each of them. */
                tag?: string[];
                /** @description With this priority. */
                priority?: components["schemas"]["Priority"];
                /**
                 * @description A smart list: due within the caller's day, overdue and still open, due after the caller's day, never due; `any` is
                 *     all. A whole day is due until its end, in its own zone.
                 */
                due?: "any" | "none" | "today" | "overdue" | "upcoming";
                /**
                 * @description The caller's time zone by its IANA name, for `due`; UTC if absent.
                 * @example Europe/Berlin
                 */
                zone?: string;
                /** @description With `due=upcoming`: within so many days after today. */
                days?: number;
                /** @description Due at or after this instant. */
                dueFrom?: string;
                /** @description Due before this instant. */
                dueBefore?: string;
                /** @description Words that title, description or tags have, each as a prefix; a `"phrase"` as it stands. */
                q?: string;
                /** @description In which order; a minus sorts downwards. */
                sort?: "order" | "created" | "-updated" | "due" | "-priority" | "title";
                /** @description At most so many. */
                limit?: number;
                /** @description Where the page before ended: follow its `Link`. */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The todos that meet the query, in order. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description The next page, with `rel="next"`. */
                    Link?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            410: components["responses"]["Problem410"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    createTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `*`: 412 if the todo that the Idempotency-Key names exists.
                 * @example *
                 */
                "If-None-Match"?: components["parameters"]["CreateOnly"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTodo"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description The todo's URL. */
                    Location?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteAllTodos: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async`. */
                    "Preference-Applied"?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description None is left. After a failure, sending it again goes on where it stopped. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    changeTodos: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async` where that was asked for. */
                    "Preference-Applied"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    importTodos: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`: answer at once, and let me follow the operation.
                 * @example respond-async
                 */
                Prefer?: string | null;
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTodo"][];
            };
        };
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    /** @description The operation's URL. */
                    Location?: string;
                    /** @description `respond-async` where that was asked for. */
                    "Preference-Applied"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTodo: {
        parameters: {
            query?: {
                /**
                 * @description The instant that the todo is to be shown at; now if it is left out.
                 * @example 2026-11-24T09:00:00Z
                 */
                at?: string;
            };
            header?: {
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The version or versions that the caller has: 304 if it is still at one of them.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The todo. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            /** @description It is still at the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It lies in the trash. */
            204: {
                headers: {
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    changeTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TodoPatch"];
                "application/merge-patch+json": components["schemas"]["TodoPatch"];
            };
        };
        responses: {
            /** @description The todo as it is now. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    completeTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done, now or since before. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTodoHistory: {
        parameters: {
            query?: {
                /** @description A saved filter by its name: its parameters, where they are not given here; tags add up. */
                filter?: string;
                /** @description At most so many. */
                limit?: number;
                /** @description Where the page before ended: follow its `Link`. */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The version or versions that the caller has: 304 if it is still at one of them.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened, in order. */
            200: {
                headers: {
                    /** @description `?1` where the caller's last changes may be missing. */
                    "Data-Stale"?: string | null;
                    /** @description The todo's version. */
                    ETag?: string;
                    /** @description The next page, with `rel="next"`. */
                    Link?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryEntry"][];
                };
            };
            /** @description Nothing happened since the version of `If-None-Match`. */
            304: {
                headers: {
                    /** @description The todo's version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    reopenTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is to be done. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    restoreTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is out of the trash. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    skipOccurrence: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The todo, at its next occurrence. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    snoozeReminder: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Snooze"];
            };
        };
        responses: {
            /** @description The todo. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    undoTodo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Names the request, 1 to 64 characters: sent again with the same key, it has its effect once and gets the first answer.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description The version or versions that the caller read: 412 if it is at another.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description The client's own name for the request, for logs; given back.
                 * @example b2c9a6
                 */
                "X-Request-Id"?: components["parameters"]["RequestId"];
                /**
                 * @description W3C Trace Context.
                 * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
            };
            path: {
                /**
                 * @description The todo's id.
                 * @example todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Undo"] | null;
            };
        };
        responses: {
            /** @description The todo as it is now. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Todo"];
                };
            };
            /** @description It lies in the trash now. */
            204: {
                headers: {
                    /** @description `true` on an answer that was given before. */
                    "Idempotency-Replayed"?: string | null;
                    /** @description Names the request. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            410: components["responses"]["Problem410"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
}
