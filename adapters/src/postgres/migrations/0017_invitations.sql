-- Who is invited into which list; when that is over, the list says. Lists in the trash invite nobody.
CREATE TABLE views.list_invitations (
    invitee text COLLATE "C" NOT NULL,
    list uuid NOT NULL,
    PRIMARY KEY (invitee, list)
);
CREATE INDEX list_invitations_by_list ON views.list_invitations (list);
