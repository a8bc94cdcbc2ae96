using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Runs probes inside the database, all of them in one round trip, each undone: in the transaction of whoever asks, so that they
/// see what it has changed.</summary>
internal static class ProbeRunner
{
    public static Task InstallAsync(NpgsqlConnection administrator) => administrator.ExecuteAsync(Sql.Install);

    public static async Task<Dictionary<(string Line, string Column), string>> RunAsync(NpgsqlConnection administrator, IReadOnlyList<Cell> cells)
    {
        var probes = cells.SelectMany(cell => cell.Probes).ToList();
        var answers = (await administrator.QueryAsync<string>(
            Sql.Run,
            new
            {
                kinds = probes.Select(probe => probe.Kind.ToString()).ToArray(),
                roles = probes.Select(probe => probe.Role).ToArray(),
                settings = probes.Select(probe => probe.Settings).ToArray(),
                setups = probes.Select(probe => probe.Setup).ToArray(),
                statements = probes.Select(probe => probe.Sql).ToArray(),
            })).AsList();
        var at = 0;
        return cells.ToDictionary(
            cell => (cell.Line, cell.Column),
            cell =>
            {
                var mine = answers.GetRange(at, cell.Probes.Count);
                at += cell.Probes.Count;
                return cell.Read(mine);
            });
    }

    private static class Sql
    {
        // What a probe did is undone by the exception at its end, which also carries the answer out.
        public const string Install = """
            CREATE SCHEMA IF NOT EXISTS probe;
            CREATE OR REPLACE FUNCTION probe.written(p_since bigint) RETURNS bigint LANGUAGE sql AS $$
                SELECT (SELECT count(*) FROM public.jobs WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.job_events WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.analyses WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.pipelines WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.queues WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.sessions WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.sign_in_links WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.api_tokens WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.users WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.organizations WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.organization_members WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.audit_log WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.oauth_states WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.github_tokens WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.github_memberships WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.webhook_deliveries WHERE xmin::text::bigint >= p_since)
                     + (SELECT count(*) FROM public.webhook_receipts WHERE xmin::text::bigint >= p_since)
            $$;
            -- What is still as it was: rows that a function removes leave no other trace.
            CREATE OR REPLACE FUNCTION probe.kept(p_since bigint) RETURNS bigint LANGUAGE sql AS $$
                SELECT (SELECT count(*) FROM public.organization_members WHERE xmin::text::bigint < p_since)
                     + (SELECT count(*) FROM public.github_memberships WHERE xmin::text::bigint < p_since)
            $$;
            CREATE OR REPLACE FUNCTION probe.attempt(p_kind text, p_role text, p_settings text, p_setup text, p_sql text) RETURNS text LANGUAGE plpgsql AS $$
            DECLARE
                v_answer text;
                v_count bigint;
                v_set text[] := string_to_array(p_settings, ',');
                v_since bigint := pg_current_xact_id()::text::bigint;
                v_before bigint := probe.kept(v_since);
            BEGIN
                IF p_setup <> '' THEN
                    EXECUTE p_setup;
                END IF;
                PERFORM set_config('app.user_id', v_set[1], true), set_config('app.organization_id', v_set[2], true), set_config('app.job_id', v_set[3], true),
                    set_config('app.worker_id', v_set[4], true), set_config('app.fence', v_set[5], true), set_config('app.node_id', v_set[6], true);
                PERFORM set_config('role', p_role, true);
                IF p_kind = 'Affected' THEN
                    EXECUTE p_sql;
                    GET DIAGNOSTICS v_count = ROW_COUNT;
                    v_answer := v_count;
                ELSE
                    EXECUTE p_sql INTO v_answer;
                END IF;
                PERFORM set_config('role', 'none', true);
                IF p_kind = 'ValueAndWritten' THEN
                    v_count := probe.written(v_since) + v_before - probe.kept(v_since);
                    IF v_count > 0 THEN
                        v_answer := concat(v_answer, '+', v_count);
                    END IF;
                END IF;
                RAISE EXCEPTION USING ERRCODE = 'PR000', MESSAGE = coalesce(v_answer, 'null');
            EXCEPTION
                WHEN SQLSTATE 'PR000' THEN RETURN SQLERRM;
                WHEN OTHERS THEN RETURN SQLSTATE;
            END
            $$;
            """;

        public const string Run = """
            SELECT probe.attempt(kind, role, settings, setup, statement)
            FROM unnest(@kinds, @roles, @settings, @setups, @statements) WITH ORDINALITY AS probes (kind, role, settings, setup, statement, place)
            ORDER BY place
            """;
    }
}
