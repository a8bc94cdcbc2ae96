-- The job protocol: the only way in which a job changes. The functions belong to autodevops_queue; the application's role may call
-- them and do nothing else to jobs and their events. Whoever runs a job proves it with (worker, fence): no row means that the lease is lost.

-- One clock for everything about jobs, so that a test can replace it in its own database.
CREATE FUNCTION app.now() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN clock_timestamp();
GRANT EXECUTE ON FUNCTION app.now() TO autodevops_app, autodevops_queue, autodevops_identity;

ALTER TABLE jobs
    ALTER run_at SET DEFAULT app.now(),
    ALTER created_at SET DEFAULT app.now(),
    ALTER event_seq SET DEFAULT 1;
COMMENT ON COLUMN jobs.event_seq IS 'The newest event; the insert itself is event 1. Assigned under the row''s lock, so events of a job commit in order.';
CREATE INDEX jobs_dead ON jobs (queue) WHERE state = 'dead_letter';
CREATE INDEX jobs_replays ON jobs (replay_of) WHERE replay_of IS NOT NULL;
CREATE INDEX analyses_by_job ON analyses (organization_id, job_id);
CREATE INDEX pipelines_by_job ON pipelines (organization_id, job_id);

-- What waits for a job learns of its end in the same transaction, whoever ended it (docs/decisions/0008).
CREATE POLICY protocol_reads ON analyses FOR SELECT TO autodevops_queue USING (true);
CREATE POLICY protocol_ends ON analyses FOR UPDATE TO autodevops_queue USING (true);
CREATE POLICY protocol_reads ON pipelines FOR SELECT TO autodevops_queue USING (true);
CREATE POLICY protocol_ends ON pipelines FOR UPDATE TO autodevops_queue USING (true);
GRANT SELECT (organization_id, job_id, finished_at), UPDATE (job_id, failure, finished_at) ON analyses, pipelines TO autodevops_queue;

CREATE FUNCTION app.note_job_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state <> 'pending' THEN
        RAISE EXCEPTION 'A job begins as pending, not as %.', NEW.state USING ERRCODE = 'JB001';
    END IF;
    INSERT INTO public.job_events (organization_id, job_id, seq, at, kind, to_state, attempt)
    VALUES (NEW.organization_id, NEW.id, NEW.event_seq, app.now(), 'state', NEW.state, NEW.attempt);
    RETURN NULL;
END
$$;
-- After the row: an insert that a dedupe key turns into nothing must leave no event.
CREATE TRIGGER note_added AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION app.note_job_added();

-- Each transition is checked, row by row, and noted, all those of a statement together: most of what a job costs is here. Both run as
-- whoever updates, and only the functions of the protocol may.
CREATE FUNCTION app.guard_job_state() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_between text;
BEGIN
    SELECT between_state INTO v_between FROM public.job_transitions WHERE from_state = OLD.state AND to_state = NEW.state;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Job % may not go from % to %.', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'JB001', HINT = 'job_transitions lists what may follow.';
    END IF;
    NEW.event_seq := OLD.event_seq + CASE WHEN v_between IS NULL THEN 1 ELSE 2 END;

    IF NEW.state IN ('dead_letter', 'cancelled') THEN
        UPDATE public.analyses SET failure = coalesce(NEW.error, 'Cancelled.'), finished_at = app.now()
        WHERE organization_id = NEW.organization_id AND job_id = NEW.id AND finished_at IS NULL;
        UPDATE public.pipelines SET failure = coalesce(NEW.error, 'Cancelled.'), finished_at = app.now()
        WHERE organization_id = NEW.organization_id AND job_id = NEW.id AND finished_at IS NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard_state BEFORE UPDATE OF state ON jobs FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION app.guard_job_state();

CREATE FUNCTION app.note_job_states() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := app.now();
BEGIN
    INSERT INTO public.job_events (organization_id, job_id, seq, at, kind, from_state, to_state, attempt, data)
    SELECT job.organization_id, job.id, was.event_seq + step.number, v_now, 'state', step.from_state, step.to_state, job.attempt,
        CASE
            WHEN step.to_state IN ('failed', 'retrying', 'dead_letter', 'cancelled') THEN jsonb_strip_nulls(jsonb_build_object(
                'error_code', job.error_code, 'error', job.error,
                'run_at', CASE WHEN step.to_state IN ('failed', 'retrying') THEN job.run_at END))
            WHEN step.to_state = 'pending' AND job.run_at > v_now THEN jsonb_build_object('run_at', job.run_at)
        END
    FROM updated AS job
    JOIN before AS was ON was.id = job.id AND was.state <> job.state
    JOIN public.job_transitions AS way ON way.from_state = was.state AND way.to_state = job.state
    CROSS JOIN LATERAL (
        SELECT 1 AS number, was.state AS from_state, coalesce(way.between_state, job.state) AS to_state
        UNION ALL
        SELECT 2, way.between_state, job.state WHERE way.between_state IS NOT NULL) AS step;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_states AFTER UPDATE ON jobs REFERENCING OLD TABLE AS before NEW TABLE AS updated
    FOR EACH STATEMENT EXECUTE FUNCTION app.note_job_states();

CREATE FUNCTION app.require_node() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- As app.caller_is_node() says, which would be planned for each turn.
    IF coalesce(current_setting('app.node_id', true), '') = '' THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
END
$$;

-- The wait after this attempt: the last one when there are fewer waits than attempts, none when there are no waits.
CREATE FUNCTION app.wait_after(p_attempt integer, p_waits interval[]) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(p_waits[least(p_attempt, cardinality(p_waits))], '0')
$$;

-- A job that is not running any more: its next try, or its end. The caller has locked the row.
CREATE FUNCTION app.settle_failed_job(
    p_job public.jobs, p_code text, p_error text, p_final boolean, p_run_at timestamptz, p_now timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_job.cancel_requested_at IS NOT NULL THEN
        UPDATE public.jobs SET state = 'cancelled', worker_id = NULL, lease_until = NULL, finished_at = p_now,
            error_code = 'cancelled', error = 'Cancelled.'
        WHERE id = p_job.id;
        RETURN 'cancelled';
    END IF;

    UPDATE public.jobs SET
        state = CASE WHEN p_job.state = 'ai_request' AND NOT p_final THEN 'retrying' ELSE 'failed' END,
        worker_id = NULL, lease_until = NULL, run_at = p_run_at, error_code = p_code, error = left(p_error, 2000)
    WHERE id = p_job.id;
    IF p_final THEN
        UPDATE public.jobs SET state = 'dead_letter', finished_at = p_now WHERE id = p_job.id;
        RETURN 'dead_letter';
    END IF;
    RETURN CASE p_job.state WHEN 'ai_request' THEN 'retrying' ELSE 'failed' END;
END
$$;

-- Jobs whose worker stopped answering start again at once; the second time, or at the last attempt, they are dead letters:
-- what takes two workers down should not take down a third.
CREATE FUNCTION app.rescue_expired_jobs(p_now timestamptz, p_limit integer)
RETURNS TABLE (id uuid, organization_id uuid, queue text, state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job public.jobs;
    v_final boolean;
    v_state text;
BEGIN
    FOR v_job IN
        SELECT * FROM public.jobs
        WHERE lease_until < p_now
        ORDER BY lease_until LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        v_final := v_job.rescues >= 1 OR v_job.attempt >= v_job.max_attempts;
        v_state := app.settle_failed_job(v_job, 'worker_lost', 'The worker that ran it stopped answering.', v_final, p_now, p_now);
        IF v_state IN ('failed', 'retrying') THEN
            UPDATE public.jobs SET state = 'pending', rescues = rescues + 1 WHERE id = v_job.id;
            v_state := 'pending';
        ELSE
            UPDATE public.jobs SET rescues = rescues + 1 WHERE id = v_job.id;
        END IF;
        id := v_job.id;
        organization_id := v_job.organization_id;
        queue := v_job.queue;
        state := v_state;
        RETURN NEXT;
    END LOOP;
END
$$;

CREATE FUNCTION app.rescue_jobs(p_limit integer)
RETURNS TABLE (id uuid, organization_id uuid, queue text, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.require_node();
    RETURN QUERY SELECT * FROM app.rescue_expired_jobs(app.now(), p_limit);
END
$$;

-- Takes up to p_slots jobs. Organizations take turns, beginning after the one served last, each with the head of its line; none gets
-- beyond p_cap running jobs in the queue. The cursor's lock makes claims of one queue follow each other, which is what makes the cap exact.
-- A kind that the worker does not know counts as a failed attempt: a newer worker may know it.
-- The jobs taken come back as active. What else it moved on its way (rescued, or of an unknown kind) comes back in its new state, so
-- that those who wait for it can be told.
CREATE FUNCTION app.claim_jobs(
    p_queue text, p_worker uuid, p_kinds text[], p_slots integer, p_cap integer, p_lease interval, p_waits interval[])
RETURNS TABLE (
    id uuid, organization_id uuid, queue text, state text, kind text, args jsonb, attempt smallint, max_attempts smallint, fence integer,
    trace_parent text, run_at timestamptz)
-- The plan is pinned: statistics of a table that is empty one minute and long the next mislead the planner.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    c_first constant uuid := '00000000-0000-0000-0000-000000000000';
    v_cursor uuid;
    v_last uuid;
    v_now timestamptz;
    v_stop uuid;
    v_line uuid[];
    v_known uuid[];
    v_strange uuid[];
    v_job public.jobs;
    v_served uuid;
    v_id uuid;
    v_left integer := p_slots;
BEGIN
    PERFORM app.require_node();
    SELECT queue.cursor INTO v_cursor FROM public.queues AS queue WHERE queue.name = p_queue FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no queue named %.', p_queue USING ERRCODE = 'JB002';
    END IF;
    v_last := v_cursor;
    v_now := app.now();
    FOR id, organization_id, queue, state IN SELECT * FROM app.rescue_expired_jobs(v_now, 100) LOOP
        RETURN NEXT;
    END LOOP;
    queue := p_queue;

    WHILE v_left > 0 LOOP
        -- The organizations in line, around the circle, as many as there are slots; from each its share of the slots, as far as its
        -- line and the cap go; of all those the first of each, then the second of each. (OFFSET 0 keeps the planner from writing a
        -- search out once for each use of its result.)
        WITH RECURSIVE line (organization_id, place, start) AS (
            SELECT next.organization_id, 1, next.organization_id
            FROM (SELECT coalesce(
                (SELECT job.organization_id FROM public.jobs AS job
                 WHERE job.queue = p_queue AND job.state IN ('pending', 'retrying', 'failed') AND job.organization_id > v_cursor AND job.run_at <= v_now
                 ORDER BY job.organization_id LIMIT 1),
                (SELECT job.organization_id FROM public.jobs AS job
                 WHERE job.queue = p_queue AND job.state IN ('pending', 'retrying', 'failed') AND job.organization_id > c_first AND job.run_at <= v_now
                 ORDER BY job.organization_id LIMIT 1)) AS organization_id OFFSET 0) AS next
            WHERE next.organization_id IS NOT NULL AND next.organization_id IS DISTINCT FROM v_stop
            UNION ALL
            SELECT next.organization_id, line.place + 1, line.start
            FROM line CROSS JOIN LATERAL (SELECT coalesce(
                (SELECT job.organization_id FROM public.jobs AS job
                 WHERE job.queue = p_queue AND job.state IN ('pending', 'retrying', 'failed') AND job.organization_id > line.organization_id AND job.run_at <= v_now
                 ORDER BY job.organization_id LIMIT 1),
                (SELECT job.organization_id FROM public.jobs AS job
                 WHERE job.queue = p_queue AND job.state IN ('pending', 'retrying', 'failed') AND job.organization_id > c_first AND job.run_at <= v_now
                 ORDER BY job.organization_id LIMIT 1)) AS organization_id OFFSET 0) AS next
            WHERE line.place < v_left AND next.organization_id <> line.start AND next.organization_id IS DISTINCT FROM v_stop
        ), heads AS (
            SELECT line.place, line.organization_id, head.id, head.is_known, row_number() OVER (PARTITION BY line.place ORDER BY head.priority, head.run_at, head.id) AS turn
            FROM line CROSS JOIN LATERAL (
                SELECT job.id, job.priority, job.run_at, job.kind = ANY (p_kinds) AS is_known
                FROM public.jobs AS job
                WHERE job.queue = p_queue AND job.organization_id = line.organization_id
                  AND job.state IN ('pending', 'retrying', 'failed') AND job.run_at <= v_now
                ORDER BY job.priority, job.run_at, job.id
                LIMIT least(
                    (v_left + (SELECT count(*) FROM line) - 1) / (SELECT count(*) FROM line),
                    p_cap - (SELECT count(*) FROM (
                        SELECT FROM public.jobs AS job
                        WHERE job.queue = p_queue AND job.organization_id = line.organization_id AND job.state IN ('active', 'processing', 'ai_request')
                        LIMIT p_cap) AS running))
                FOR UPDATE SKIP LOCKED) AS head
        ), chosen AS (
            SELECT heads.id, heads.organization_id, heads.is_known, heads.turn, heads.place FROM heads ORDER BY heads.turn, heads.place LIMIT v_left
        )
        SELECT (SELECT array_agg(line.organization_id ORDER BY line.place) FROM line),
               (SELECT chosen.organization_id FROM chosen ORDER BY chosen.turn DESC, chosen.place DESC LIMIT 1),
               array_agg(chosen.id ORDER BY chosen.turn, chosen.place) FILTER (WHERE chosen.is_known),
               array_agg(chosen.id ORDER BY chosen.turn, chosen.place) FILTER (WHERE NOT chosen.is_known)
        INTO v_line, v_served, v_known, v_strange
        FROM chosen;
        EXIT WHEN v_line IS NULL;

        v_last := coalesce(v_served, v_last);
        -- Nobody of these could be served: on, until the circle is closed. Who was only passed by has not had a turn.
        v_cursor := coalesce(v_served, v_line[cardinality(v_line)]);
        v_stop := CASE WHEN v_served IS NULL THEN coalesce(v_stop, v_line[1]) END;

        FOREACH v_id IN ARRAY coalesce(v_strange, '{}') LOOP
            UPDATE public.jobs AS job SET state = 'pending' WHERE job.id = v_id AND job.state <> 'pending';
            UPDATE public.jobs AS job SET attempt = job.attempt + 1 WHERE job.id = v_id RETURNING job.* INTO v_job;
            id := v_id;
            organization_id := v_job.organization_id;
            state := app.settle_failed_job(
                v_job, 'unknown_kind', 'No worker knows this kind of job.', v_job.attempt >= v_job.max_attempts,
                v_now + app.wait_after(v_job.attempt, p_waits), v_now);
            RETURN NEXT;
        END LOOP;

        IF v_known IS NOT NULL THEN
            RETURN QUERY
                WITH taken AS (
                    UPDATE public.jobs AS job SET
                        state = 'active', attempt = job.attempt + 1, fence = job.fence + 1,
                        worker_id = p_worker, lease_until = v_now + p_lease, started_at = coalesce(job.started_at, v_now)
                    WHERE job.id = ANY (v_known)
                    RETURNING job.id, job.organization_id, job.queue, job.state, job.kind, job.args, job.attempt, job.max_attempts, job.fence,
                        job.trace_parent, job.run_at
                )
                SELECT taken.* FROM taken ORDER BY array_position(v_known, taken.id);
            v_left := v_left - cardinality(v_known);
        END IF;
    END LOOP;

    UPDATE public.queues AS queue SET cursor = v_last WHERE queue.name = p_queue AND queue.cursor <> v_last;
END
$$;

-- Renews every lease of a process at once, and brings back what it must know. A row that is locked is just being finished, moved on
-- or cancelled: waiting for it would cost the others their leases. It is not renewed then, and the process must not think so.
CREATE FUNCTION app.heartbeat(p_worker uuid, p_jobs uuid[], p_fences integer[], p_lease interval)
RETURNS TABLE (job_id uuid, fence integer, is_lost boolean, is_renewed boolean, is_cancel_requested boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_until timestamptz := app.now() + p_lease;
BEGIN
    RETURN QUERY
        WITH asked AS (
            SELECT asked.id, asked.fence FROM unnest(p_jobs, p_fences) AS asked (id, fence)
        ), held AS (
            SELECT job.id FROM public.jobs AS job JOIN asked ON asked.id = job.id AND asked.fence = job.fence
            WHERE job.worker_id = p_worker AND job.state IN ('active', 'processing', 'ai_request')
            ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
        ), renewed AS (
            UPDATE public.jobs AS job SET lease_until = v_until FROM held WHERE job.id = held.id RETURNING job.id
        )
        SELECT asked.id, asked.fence, job.id IS NULL, renewed.id IS NOT NULL, job.cancel_requested_at IS NOT NULL
        FROM asked LEFT JOIN renewed ON renewed.id = asked.id LEFT JOIN public.jobs AS job
            ON job.id = asked.id AND job.fence = asked.fence AND job.worker_id = p_worker
           AND job.state IN ('active', 'processing', 'ai_request');
END
$$;

-- The job if this worker holds it under this fence, locked; else null.
CREATE FUNCTION app.lock_running_job(p_job uuid, p_worker uuid, p_fence integer) RETURNS public.jobs
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.jobs AS job
    WHERE job.id = p_job AND job.worker_id = p_worker AND job.fence = p_fence AND job.state IN ('active', 'processing', 'ai_request')
    FOR UPDATE
$$;

-- First thing in the transaction that ends a job: nobody takes it away while its result is written.
CREATE FUNCTION app.hold_job(p_job uuid, p_worker uuid, p_fence integer) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (app.lock_running_job(p_job, p_worker, p_fence)).id IS NOT NULL
$$;

CREATE FUNCTION app.advance_job(p_job uuid, p_worker uuid, p_fence integer, p_state text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job public.jobs := app.lock_running_job(p_job, p_worker, p_fence);
BEGIN
    IF p_state NOT IN ('processing', 'ai_request') THEN
        RAISE EXCEPTION 'A running job may enter processing or ai_request, not %.', p_state USING ERRCODE = 'JB001';
    END IF;
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;
    IF v_job.state = 'active' THEN
        UPDATE public.jobs SET state = 'processing' WHERE id = p_job;
        v_job.state := 'processing';
    END IF;
    IF v_job.state <> p_state THEN
        UPDATE public.jobs SET state = p_state WHERE id = p_job;
    END IF;
    RETURN true;
END
$$;

CREATE FUNCTION app.report_progress(p_job uuid, p_worker uuid, p_fence integer, p_data jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job public.jobs;
BEGIN
    UPDATE public.jobs AS job SET event_seq = job.event_seq + 1
    WHERE job.id = p_job AND job.worker_id = p_worker AND job.fence = p_fence AND job.state IN ('active', 'processing', 'ai_request')
    RETURNING * INTO v_job;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO public.job_events (organization_id, job_id, seq, at, kind, attempt, data)
    VALUES (v_job.organization_id, p_job, v_job.event_seq, app.now(), 'progress', v_job.attempt, p_data);
    RETURN true;
END
$$;

-- Completes those that this worker still holds, and says which: of the others the result is dropped.
CREATE FUNCTION app.complete_jobs(p_worker uuid, p_jobs uuid[], p_fences integer[]) RETURNS SETOF uuid
-- How many there are would otherwise be planned for anew each time.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_now timestamptz := app.now();
BEGIN
    RETURN QUERY
        WITH held AS (
            -- In one order, so that two that complete some of the same wait for each other instead of forever.
            SELECT job.id FROM public.jobs AS job JOIN unnest(p_jobs, p_fences) AS asked (id, fence) ON asked.id = job.id AND asked.fence = job.fence
            WHERE job.worker_id = p_worker AND job.state IN ('active', 'processing', 'ai_request')
            ORDER BY job.id FOR UPDATE OF job
        )
        UPDATE public.jobs AS job SET
            state = 'completed', worker_id = NULL, lease_until = NULL,
            finished_at = v_now, error = NULL, error_code = NULL
        FROM held WHERE job.id = held.id
        RETURNING job.id;
END
$$;

-- Spends the attempt. After the last one, or when trying again cannot help, the job becomes a dead letter. Returns the new state, null
-- when the lease is lost.
CREATE FUNCTION app.fail_job(
    p_job uuid, p_worker uuid, p_fence integer, p_code text, p_error text, p_is_fatal boolean, p_waits interval[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job public.jobs := app.lock_running_job(p_job, p_worker, p_fence);
    v_now timestamptz := app.now();
BEGIN
    IF v_job.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN app.settle_failed_job(
        v_job, p_code, p_error, p_is_fatal OR v_job.attempt >= v_job.max_attempts,
        v_now + app.wait_after(v_job.attempt, p_waits), v_now);
END
$$;

-- Not now: waits again, and the attempt is given back.
CREATE FUNCTION app.snooze_job(p_job uuid, p_worker uuid, p_fence integer, p_delay interval, p_code text, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job public.jobs := app.lock_running_job(p_job, p_worker, p_fence);
    v_now timestamptz := app.now();
    v_state text;
BEGIN
    IF v_job.id IS NULL THEN
        RETURN NULL;
    END IF;
    v_state := app.settle_failed_job(v_job, p_code, p_reason, false, v_now + p_delay, v_now);
    IF v_state <> 'cancelled' THEN
        UPDATE public.jobs AS job SET state = 'pending', attempt = job.attempt - 1 WHERE job.id = p_job;
        v_state := 'pending';
    END IF;
    RETURN v_state;
END
$$;

-- By the worker: the handler found that there is nothing to do, or stopped because someone had asked for it.
CREATE FUNCTION app.end_cancelled_job(p_job uuid, p_worker uuid, p_fence integer, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job public.jobs := app.lock_running_job(p_job, p_worker, p_fence);
BEGIN
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;
    UPDATE public.jobs SET state = 'cancelled', worker_id = NULL, lease_until = NULL, finished_at = app.now(),
        error_code = 'cancelled', error = left(p_reason, 2000)
    WHERE id = p_job;
    RETURN true;
END
$$;

-- By a person: at once while it waits; a running one is asked to stop. 'missing' covers what the caller may not know of.
CREATE FUNCTION app.cancel_job(p_job uuid) RETURNS TABLE (outcome text, organization_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job public.jobs;
BEGIN
    SELECT * INTO v_job FROM public.jobs AS job
    WHERE job.id = p_job AND job.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))
    FOR UPDATE;
    organization_id := v_job.organization_id;
    IF v_job.id IS NULL THEN
        outcome := 'missing';
    ELSIF NOT (v_job.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member')))) THEN
        outcome := 'forbidden';
    ELSIF v_job.state IN ('completed', 'dead_letter', 'cancelled') THEN
        outcome := 'ended';
    ELSIF v_job.state IN ('active', 'processing', 'ai_request') THEN
        UPDATE public.jobs AS job SET cancel_requested_at = coalesce(job.cancel_requested_at, app.now()) WHERE job.id = p_job;
        outcome := 'requested';
    ELSE
        UPDATE public.jobs SET state = 'cancelled', finished_at = app.now(), error_code = 'cancelled', error = 'Cancelled.' WHERE id = p_job;
        outcome := 'cancelled';
    END IF;
    RETURN NEXT;
END
$$;

-- Tries a dead letter again as a new job; what waited for the old one waits for the new one.
CREATE FUNCTION app.replay_job(p_job uuid, p_replay uuid) RETURNS TABLE (outcome text, organization_id uuid, queue text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job public.jobs;
BEGIN
    SELECT * INTO v_job FROM public.jobs AS job
    WHERE job.id = p_job AND job.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))
    FOR UPDATE;
    organization_id := v_job.organization_id;
    queue := v_job.queue;
    IF v_job.id IS NULL THEN
        outcome := 'missing';
    ELSIF NOT (v_job.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member')))) THEN
        outcome := 'forbidden';
    ELSIF v_job.state <> 'dead_letter' THEN
        outcome := 'not_dead';
    ELSIF EXISTS (SELECT FROM public.jobs AS job WHERE job.organization_id = v_job.organization_id AND job.replay_of = p_job) THEN
        outcome := 'replayed';
    ELSE
        INSERT INTO public.jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key, replay_of, requested_by)
        VALUES (p_replay, v_job.organization_id, v_job.queue, v_job.kind, v_job.args, v_job.priority, v_job.max_attempts,
            v_job.dedupe_key, p_job, app.caller_user())
        ON CONFLICT (organization_id, dedupe_key)
            WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled')
            DO NOTHING;
        IF FOUND THEN
            UPDATE public.analyses SET job_id = p_replay, failure = NULL, finished_at = NULL
            WHERE organization_id = v_job.organization_id AND job_id = p_job;
            UPDATE public.pipelines SET job_id = p_replay, failure = NULL, finished_at = NULL
            WHERE organization_id = v_job.organization_id AND job_id = p_job;
            outcome := 'queued';
        ELSE
            outcome := 'duplicate';
        END IF;
    END IF;
    RETURN NEXT;
END
$$;

-- The least UUIDv7 of a time: RFC 9562, section 5.7.
CREATE FUNCTION app.first_id_after(p_at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

CREATE FUNCTION app.prune_jobs(p_keep interval, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM app.require_node();
    -- Ids are made in the order of time: the oldest jobs come first, and what is younger than the limit need not be looked at.
    DELETE FROM public.jobs WHERE id IN (
        SELECT job.id FROM public.jobs AS job
        WHERE job.id < app.first_id_after(app.now() - p_keep) AND job.finished_at < app.now() - p_keep
        ORDER BY job.id LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- Counts only: says how the installation is doing and nothing about anyone's jobs.
CREATE FUNCTION app.job_statistics()
RETURNS TABLE (queue text, waiting bigint, due bigint, running bigint, dead_letters bigint, oldest_due_seconds double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := app.now();
BEGIN
    IF NOT (app.caller_is_node() OR app.caller_operates()) THEN
        RAISE EXCEPTION 'Only a process or an operator of the installation may see this.' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
        SELECT queue.name, waits.waiting, waits.due, runs.running, dead.dead_letters, coalesce(extract(epoch FROM v_now - waits.oldest), 0)::double precision
        FROM public.queues AS queue
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting, count(*) FILTER (WHERE job.run_at <= v_now) AS due, min(job.run_at) FILTER (WHERE job.run_at <= v_now) AS oldest
            FROM public.jobs AS job WHERE job.queue = queue.name AND job.state IN ('pending', 'retrying', 'failed')) AS waits
        CROSS JOIN LATERAL (
            SELECT count(*) AS running FROM public.jobs AS job
            WHERE job.queue = queue.name AND job.state IN ('active', 'processing', 'ai_request')) AS runs
        CROSS JOIN LATERAL (
            SELECT count(*) AS dead_letters FROM public.jobs AS job WHERE job.queue = queue.name AND job.state = 'dead_letter') AS dead
        ORDER BY queue.name;
END
$$;

DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('app.note_job_added()', false),
        ('app.guard_job_state()', false),
        ('app.note_job_states()', false),
        ('app.require_node()', false),
        ('app.wait_after(integer, interval[])', false),
        ('app.settle_failed_job(public.jobs, text, text, boolean, timestamptz, timestamptz)', false),
        ('app.rescue_expired_jobs(timestamptz, integer)', false),
        ('app.lock_running_job(uuid, uuid, integer)', false),
        ('app.rescue_jobs(integer)', true),
        ('app.claim_jobs(text, uuid, text[], integer, integer, interval, interval[])', true),
        ('app.heartbeat(uuid, uuid[], integer[], interval)', true),
        ('app.hold_job(uuid, uuid, integer)', true),
        ('app.advance_job(uuid, uuid, integer, text)', true),
        ('app.report_progress(uuid, uuid, integer, jsonb)', true),
        ('app.complete_jobs(uuid, uuid[], integer[])', true),
        ('app.fail_job(uuid, uuid, integer, text, text, boolean, interval[])', true),
        ('app.snooze_job(uuid, uuid, integer, interval, text, text)', true),
        ('app.end_cancelled_job(uuid, uuid, integer, text)', true),
        ('app.cancel_job(uuid)', true),
        ('app.replay_job(uuid, uuid)', true),
        ('app.first_id_after(timestamptz)', false),
        ('app.prune_jobs(interval, integer)', true),
        ('app.job_statistics()', true)
    ) AS functions (signature, is_called)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        IF f.is_called THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO autodevops_app', f.signature);
        END IF;
        EXECUTE format('ALTER FUNCTION %s OWNER TO autodevops_queue', f.signature);
    END LOOP;
END
$$;
