-- What an organization holds all of its repositories to. Every change is a row and the newest is in force, so that who allowed what, and
-- when, is never overwritten.
CREATE TABLE organization_policies (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    revision        integer NOT NULL CHECK (revision > 0),
    text            text CHECK (length(text) BETWEEN 1 AND 20000),
    set_by          uuid REFERENCES users (id) ON DELETE SET NULL,
    set_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, revision)
);
COMMENT ON COLUMN organization_policies.revision IS 'Counts from 1 without a gap: of two who change the same one, the second is refused.';
COMMENT ON COLUMN organization_policies.text IS 'Null: from then on there is none.';
ALTER TABLE organization_policies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Everybody may know what they are held to, and so may the jobs that hold them to it.
CREATE POLICY reads ON organization_policies FOR SELECT TO autodevops_app USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY adds ON organization_policies FOR INSERT TO autodevops_app
    WITH CHECK (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))));
GRANT SELECT, INSERT (organization_id, revision, text, set_by) ON organization_policies TO autodevops_app;
