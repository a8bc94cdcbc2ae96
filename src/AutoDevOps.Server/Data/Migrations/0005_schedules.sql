-- Work that begins by the clock. Each tick makes one job, in the transaction that moves the schedule on: whoever looks first has it, and
-- nobody must be elected.

CREATE TABLE schedules (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    cron            text NOT NULL CHECK (length(cron) BETWEEN 1 AND 100),
    time_zone       text NOT NULL DEFAULT 'UTC' CHECK (length(time_zone) BETWEEN 1 AND 60),
    kind            text NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'security', 'performance', 'ci_cd')),
    next_at         timestamptz,
    last_at         timestamptz,
    requested_by    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, repository_id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN schedules.cron IS 'Five fields: minute, hour, day of the month, month, day of the week; by the clock of time_zone.';
COMMENT ON COLUMN schedules.next_at IS 'The next tick; null when there is none any more.';
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;
ALTER TABLE schedules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Whoever may start an analysis may have it started by the clock.
CREATE POLICY reads ON schedules FOR SELECT TO autodevops_app USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY adds ON schedules FOR INSERT TO autodevops_app WITH CHECK (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))));
CREATE POLICY changes ON schedules FOR UPDATE TO autodevops_app
    USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))));
CREATE POLICY deletes ON schedules FOR DELETE TO autodevops_app USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))));
CREATE POLICY protocol ON schedules TO autodevops_queue USING (true);
GRANT SELECT, DELETE, INSERT (id, organization_id, repository_id, cron, time_zone, kind, next_at, requested_by),
    UPDATE (cron, time_zone, kind, next_at, requested_by) ON schedules TO autodevops_app;
GRANT SELECT, UPDATE (next_at, last_at) ON schedules TO autodevops_queue;

-- Those that are due and that no other process has in hand; they stay in hand until the transaction ends.
CREATE FUNCTION app.take_due_schedules(p_limit integer)
RETURNS TABLE (id uuid, cron text, time_zone text, due_at timestamptz, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := app.now();
BEGIN
    PERFORM app.require_node();
    RETURN QUERY
        SELECT schedule.id, schedule.cron, schedule.time_zone, schedule.next_at, v_now FROM public.schedules AS schedule
        WHERE schedule.next_at <= v_now
        ORDER BY schedule.next_at, schedule.id LIMIT p_limit FOR UPDATE SKIP LOCKED;
END
$$;

-- One tick: the job, and on to the next. A tick that was had already makes nothing.
CREATE FUNCTION app.tick_schedule(
    p_schedule uuid, p_due timestamptz, p_next timestamptz, p_job uuid, p_queue text, p_kind text, p_args jsonb, p_priority smallint, p_max_attempts smallint)
RETURNS TABLE (organization_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM app.require_node();
    RETURN QUERY
        WITH ticked AS (
            UPDATE public.schedules AS schedule SET next_at = p_next, last_at = p_due
            WHERE schedule.id = p_schedule AND schedule.next_at = p_due
            RETURNING schedule.organization_id, schedule.requested_by
        )
        INSERT INTO public.jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key, requested_by)
        SELECT p_job, ticked.organization_id, p_queue, p_kind, p_args, p_priority, p_max_attempts,
            'schedule:' || p_schedule || ':' || to_char(p_due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), ticked.requested_by
        FROM ticked
        ON CONFLICT (organization_id, dedupe_key) WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled') DO NOTHING
        RETURNING organization_id;
END
$$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'app.take_due_schedules(integer)',
        'app.tick_schedule(uuid, timestamptz, timestamptz, uuid, text, text, jsonb, smallint, smallint)'
    ] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO autodevops_app', f);
        EXECUTE format('ALTER FUNCTION %s OWNER TO autodevops_queue', f);
    END LOOP;
END
$$;
