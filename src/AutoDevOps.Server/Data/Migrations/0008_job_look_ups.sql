-- A job is looked up by its id alone in what runs jobs, which sees all of them; so there is an index of ids alone. Looked up in it, the job of
-- another organization is found, read and then hidden, which takes longer than to find none. What a person asks for goes through here: their
-- organizations first, in an index that begins with them. Two comparisons of rows say the same as an equality and cannot be answered by
-- the index of ids.
-- The job's id if the caller may know of it, else null.
CREATE FUNCTION app.visible_job(p_job uuid) RETURNS uuid
-- The plan is pinned: of an empty table it would be another.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT found.id
        FROM unnest(ARRAY(SELECT app.organizations_of_caller())) AS mine (organization_id) CROSS JOIN LATERAL (
            SELECT job.id FROM public.jobs AS job
            WHERE (job.organization_id, job.id) >= (mine.organization_id, p_job) AND (job.organization_id, job.id) <= (mine.organization_id, p_job)
        ) AS found
        LIMIT 1);
END
$$;
REVOKE ALL ON FUNCTION app.visible_job(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.visible_job(uuid) TO autodevops_app, autodevops_queue;

-- As they were, but for how they find the job. They belong to autodevops_queue, and only it may replace them.
SET LOCAL ROLE autodevops_queue;
CREATE OR REPLACE FUNCTION app.cancel_job(p_job uuid) RETURNS TABLE (outcome text, organization_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job public.jobs;
BEGIN
    SELECT * INTO v_job FROM public.jobs AS job
    WHERE job.id = app.visible_job(p_job) AND job.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))
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

CREATE OR REPLACE FUNCTION app.replay_job(p_job uuid, p_replay uuid) RETURNS TABLE (outcome text, organization_id uuid, queue text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job public.jobs;
BEGIN
    SELECT * INTO v_job FROM public.jobs AS job
    WHERE job.id = app.visible_job(p_job) AND job.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))
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
SET LOCAL ROLE autodevops_owner;
